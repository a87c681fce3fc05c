"""SFTP: the server's key, and downloads that break off."""

import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import SourceLostError, SourceMissingError


def rows(location):
    with open_connector(location).open(Read()) as stream:
        return stream.reader.read_all().to_pylist()


def test_a_wrong_password_is_said_without_the_password(sftp):
    with pytest.raises(SourceLostError, match="失败") as caught:
        rows(sftp.replace("topsecret", "othersecret"))

    assert "othersecret" not in str(caught.value)


def test_a_server_whose_key_is_not_known_is_refused(sftp):
    with pytest.raises(SourceLostError, match="主机密钥未经确认"):
        rows(sftp.partition("?")[0])


def test_a_server_that_is_not_there_is_said():
    with pytest.raises(SourceLostError, match=r"访问 sftp://127\.0\.0\.1:1/ 失败"):
        rows("sftp://u:p@127.0.0.1:1/")


def test_a_download_that_broke_off_goes_on_where_it_stopped(sftp, sftp_class, *, root, tmp_path):
    (root / "2026" / "照片.jpg").write_bytes(bytes(range(256)) * 4_000)
    source = open_connector(sftp)
    sftp_class.cut_after = 400_000
    broken = source.mirror(tmp_path / "copy", {})
    sftp_class.offsets.clear()

    whole = source.mirror(tmp_path / "copy", broken.state)

    assert "2026/照片.jpg" in broken.failed
    assert "2026/照片.jpg" in whole.copied
    assert min(sftp_class.offsets[:1]) > 0
    copied = (tmp_path / "copy" / "2026" / "照片.jpg").read_bytes()
    assert copied == (root / "2026" / "照片.jpg").read_bytes()


def test_a_missing_file_is_said(sftp):
    with pytest.raises(SourceMissingError, match="没有目录或文件“/没有/”"):
        rows(sftp.replace("/?", "/没有/?"))
