"""FTP and FTP over TLS: what is theirs alone."""

import ssl

import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import SourceLostError
from tests.engine.connectors.ftps_server import FtpsServer


def rows(location):
    with open_connector(location).open(Read()) as stream:
        return stream.reader.read_all().to_pylist()


@pytest.mark.parametrize("kind", ["ftp", "ftps"])
def test_a_wrong_password_is_said_without_the_password(kind, request):
    location = request.getfixturevalue(kind).replace("topsecret", "othersecret")

    with pytest.raises(SourceLostError, match="失败") as caught:
        rows(location)

    assert "othersecret" not in str(caught.value)


def test_a_server_that_is_not_there_is_said():
    with pytest.raises(SourceLostError, match=r"访问 ftp://127\.0\.0\.1:1/ 失败"):
        rows("ftp://u:p@127.0.0.1:1/")


def test_data_are_encrypted_in_the_session_of_the_commands(ftps, ftps_server):
    rows(f"{ftps}#a.csv")

    assert ftps_server.plain_data == 0
    assert ftps_server.reused
    assert all(ftps_server.reused)


def test_a_certificate_that_nobody_vouches_for_is_refused(ftps):
    with pytest.raises(SourceLostError, match=r"证书未经确认.*ca_file="):
        rows(f"{ftps.partition('?')[0]}#a.csv")


def test_an_authority_file_that_is_not_there_is_said(ftps):
    with pytest.raises(SourceLostError, match="读不懂证书文件"):
        rows(f"{ftps.partition('?')[0]}?ca_file=/none.pem#a.csv")


def test_a_download_that_broke_off_goes_on_where_it_stopped(ftps, ftps_server, *, root, tmp_path):
    source = open_connector(ftps)
    ftps_server.cut_after = 20_000
    broken = source.mirror(tmp_path / "copy", {})

    whole = source.mirror(tmp_path / "copy", broken.state)

    assert list(broken.failed) == ["2026/照片.jpg"]
    assert "426" in broken.failed["2026/照片.jpg"]
    assert whole.copied == ["2026/照片.jpg"]
    assert ftps_server.offsets[-1] == 20_000
    copied = (tmp_path / "copy" / "2026" / "照片.jpg").read_bytes()
    assert copied == (root / "2026" / "照片.jpg").read_bytes()


def test_a_table_is_not_read_from_a_file_that_broke_off(ftps, ftps_server):
    ftps_server.cut_after = 5

    with pytest.raises(SourceLostError, match="失败"):
        rows(f"{ftps}#a.csv")


def test_a_server_without_encryption_is_not_spoken_to_in_the_clear(root, certificate, ftp):
    del root, certificate

    with pytest.raises(SourceLostError, match="失败"):
        rows(ftp.replace("ftp://", "ftps://"))


def test_the_server_of_these_tests_asks_for_tls(root):
    server = FtpsServer(root, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    with pytest.raises(SourceLostError, match="530"):
        rows(f"ftp://u:topsecret@127.0.0.1:{server.port}/#a.csv")
    server.stop()
