"""Folders here and behind FTP and SFTP: the same behaviour for each."""

import asyncio
import importlib
import os
import shutil
import threading
import warnings
from pathlib import Path
from urllib.parse import quote

import asyncssh
import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import SourceLostError, SourceMissingError, UnsupportedError
from steward.engine.connectors.rejects import Rejects
from steward.engine.lake.errors import SchemaMismatchError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the server library uses asyncore on Python 3.11
    authorizers = importlib.import_module("pyftpdlib.authorizers")
    handlers = importlib.import_module("pyftpdlib.handlers")
    servers = importlib.import_module("pyftpdlib.servers")


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "served"
    (folder / "2026").mkdir(parents=True)
    (folder / "a.csv").write_text("k,v\n1,甲\n", encoding="utf-8")
    (folder / "b.csv").write_bytes("k,v\n2,乙\n".encode("gb18030"))
    (folder / "2026" / "照片.jpg").write_bytes(os.urandom(50_000))
    return folder


@pytest.fixture
def ftp(root):
    authorizer = authorizers.DummyAuthorizer()
    authorizer.add_user("u", "topsecret", str(root), perm="elradfmw")
    handler = type("Handler", (handlers.FTPHandler,), {"authorizer": authorizer})
    server = servers.FTPServer(("127.0.0.1", 0), handler)
    stopped = threading.Event()

    def serve():
        while not stopped.is_set():
            server.serve_forever(timeout=0.02, blocking=False, handle_exit=False)
        server.close_all()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"ftp://u:topsecret@127.0.0.1:{server.address[1]}/"
    stopped.set()
    thread.join(5)


class _Signed(asyncssh.SSHServer):
    def begin_auth(self, _username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("u", "topsecret")


@pytest.fixture
def sftp(root):
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=_Signed,
            server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root)),
        )

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    public = key.export_public_key().decode().strip()
    yield f"sftp://u:topsecret@127.0.0.1:{server.get_port()}/?host_key={quote(public)}"

    async def stop():
        server.close()
        await server.wait_closed()

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture(params=["directory", "ftp", "sftp"])
def store(request, root):
    kinds = {"directory": lambda: f"dir://{root}"}
    return kinds.get(request.param, lambda: request.getfixturevalue(request.param))()


def rows(location, *, rejects=None):
    with open_connector(location, rejects=rejects).open(Read()) as stream:
        return stream.reader.read_all().to_pylist()


def test_files_of_one_shape_are_one_table_that_names_its_files(store):
    assert rows(f"{store}#*.csv") == [
        {"k": "1", "v": "甲", "_file": "a.csv"},
        {"k": "2", "v": "乙", "_file": "b.csv"},
    ]


def test_without_a_pattern_the_table_is_the_list_of_files(store):
    listed = rows(store)

    assert [(row["path"], row["size"]) for row in listed] == [
        ("2026/照片.jpg", 50_000),
        ("a.csv", 10),
        ("b.csv", 9),
    ]


def test_data_files_are_discovered_with_their_columns(store):
    tables = open_connector(store).tables()

    assert [(table.name, table.schema.names) for table in tables] == [
        ("a.csv", ["k", "v"]),
        ("b.csv", ["k", "v"]),
    ]


def test_files_are_copied_once_and_again_when_they_change(store, root, tmp_path):
    source = open_connector(store)
    first = source.mirror(tmp_path / "copy", {})
    second = source.mirror(tmp_path / "copy", first.state)
    (root / "a.csv").write_text("k,v\n1,甲甲\n", encoding="utf-8")

    third = source.mirror(tmp_path / "copy", second.state)

    assert (len(first.copied), len(second.copied), second.unchanged) == (3, 0, 3)
    assert third.copied == ["a.csv"]
    assert (tmp_path / "copy/2026/照片.jpg").read_bytes() == (root / "2026/照片.jpg").read_bytes()


def test_a_copy_goes_on_where_it_stopped(store, root, tmp_path):
    source = open_connector(store)
    entry = source.entries()[0]
    target = tmp_path / "copy" / "2026"
    target.mkdir(parents=True)
    part = target / f".照片.jpg.50000-{int(entry.modified_at.timestamp())}.part"
    part.write_bytes((root / "2026/照片.jpg").read_bytes()[:20_000])

    source.mirror(tmp_path / "copy", {})

    assert (target / "照片.jpg").read_bytes() == (root / "2026/照片.jpg").read_bytes()
    assert not part.exists()


def test_a_written_file_appears_whole(store, root):
    table = pa.table({"k": ["9"], "v": ["丙"]})

    open_connector(f"{store}#出/c.csv").write(table.to_reader(), mode="overwrite")

    assert rows(f"{store}#出/c.csv") == [{"k": "9", "v": "丙", "_file": "出/c.csv"}]
    assert not list(Path(root).rglob("*.part"))


def test_files_of_other_columns_are_named(store, root):
    (root / "c.csv").write_text("x\n1\n", encoding="utf-8")

    with pytest.raises(SchemaMismatchError, match=r"c\.csv 与 a\.csv 的列不一致"):
        rows(f"{store}#*.csv")


def test_bad_rows_of_a_file_are_kept_apart_with_its_name(store, root):
    (root / "b.csv").write_text("k,v\n2\n3,丙\n", encoding="utf-8")
    rejects = Rejects(keep=True)

    found = rows(f"{store}#*.csv", rejects=rejects)

    assert [row["k"] for row in found] == ["1", "3"]
    assert (rejects.first[0].place, rejects.first[0].row) == ("b.csv", 2)


def test_a_pattern_that_meets_no_file_is_named(store):
    with pytest.raises(SourceMissingError, match=r"没有与“\*\.xlsx”相符的文件"):
        rows(f"{store}#*.xlsx")


def test_a_table_needs_a_file_name_to_be_written(store):
    with pytest.raises(UnsupportedError, match="写明文件名"):
        open_connector(store).write(pa.table({"a": [1]}).to_reader(), mode="overwrite")


@pytest.mark.parametrize("kind", ["ftp", "sftp"])
def test_a_wrong_password_is_said_without_the_password(kind, request):
    location = request.getfixturevalue(kind).replace("topsecret", "othersecret")

    with pytest.raises(SourceLostError, match="失败") as caught:
        rows(location)

    assert "othersecret" not in str(caught.value)


def test_a_server_whose_key_is_not_known_is_refused(sftp):
    with pytest.raises(SourceLostError, match="主机密钥未经确认"):
        rows(sftp.partition("?")[0])


def test_a_server_that_is_not_there_is_said():
    with pytest.raises(SourceLostError, match=r"访问 ftp://127\.0\.0\.1:1/ 失败"):
        rows("ftp://u:p@127.0.0.1:1/")


def test_a_folder_that_is_not_there_is_said(root):
    shutil.rmtree(root)

    with pytest.raises(SourceMissingError, match="目录不存在"):
        rows(f"dir://{root}")
