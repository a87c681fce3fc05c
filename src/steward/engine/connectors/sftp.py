"""SFTP with the server's key checked, and downloads that go on where they stopped."""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, TypeVar

import asyncssh

from steward.engine.connectors.base import connectors
from steward.engine.connectors.errors import (
    SourceLostError,
    SourceMissingError,
    network_words,
)
from steward.engine.connectors.filestore import Entry, FileStore, moment
from steward.engine.lake.errors import is_disk_full
from steward.kernel.errors import StewardError

T = TypeVar("T")
_BLOCK = 1 << 18


@connectors.register
class SftpConnector(FileStore):
    """`sftp://user:${PW}@host:22/folder?host_key=ssh-ed25519%20AAAA…#*.csv`.

    Without `host_key` the key must be in the user's known_hosts file. `?key_file=` signs in
    with a private key instead of a password.
    """

    code = "sftp"
    label = "SFTP 服务器"
    schemes: ClassVar[tuple[str, ...]] = ("sftp",)

    def entries(self) -> list[Entry]:
        async def work(client: asyncssh.SFTPClient) -> list[Entry]:
            return [entry async for entry in self._walk(client, PurePosixPath())]

        return sorted(self._run(work), key=lambda entry: entry.path)

    def fetch(self, entry: Entry, target: Path) -> None:
        async def work(client: asyncssh.SFTPClient) -> None:
            done = start
            async with client.open(self._remote(entry.path), "rb") as source:
                while block := await source.read(_BLOCK, done):
                    handle.write(bytes(block))  # type: ignore[arg-type]
                    done += len(block)

        start = target.stat().st_size if target.exists() else 0
        with target.open("ab") as handle:
            self._run(work)

    def store(self, source: Path, path: str) -> None:
        async def work(client: asyncssh.SFTPClient) -> None:
            remote = self._remote(path)
            await client.makedirs(str(PurePosixPath(remote).parent), exist_ok=True)
            await client.put(str(source), f"{remote}.part")
            await client.posix_rename(f"{remote}.part", remote)

        self._run(work)

    async def _walk(
        self, client: asyncssh.SFTPClient, folder: PurePosixPath
    ) -> AsyncIterator[Entry]:
        async for item in client.scandir(self._remote(str(folder))):
            name = str(item.filename)
            mode = item.attrs.permissions or 0
            if name in {".", ".."} or name.endswith(".part"):
                continue
            path = folder / name
            if stat.S_ISDIR(mode):
                async for entry in self._walk(client, path):
                    yield entry
            elif stat.S_ISREG(mode):
                yield Entry(
                    path=str(path),
                    size=int(item.attrs.size or 0),
                    modified_at=moment(item.attrs.mtime or 0),
                )

    def _remote(self, path: str) -> str:
        return str(PurePosixPath(self.location.path or "/") / path)

    def _run(self, work: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        """Run in a thread of its own, so that a caller inside an event loop is served too."""

        async def session() -> T:
            async with self._client() as client:
                return await work(client)

        with ThreadPoolExecutor(max_workers=1) as pool:
            try:
                return pool.submit(asyncio.run, session()).result()
            except (asyncssh.Error, OSError) as error:
                if is_disk_full(error):
                    raise
                raise self._lost(error) from error

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[asyncssh.SFTPClient]:
        place = self.location
        options: dict[str, Any] = {}
        if key := place.options.get("host_key"):
            options["known_hosts"] = asyncssh.import_known_hosts(f"* {key}\n")
        if file := place.options.get("key_file"):
            options["client_keys"] = [file]
        async with (
            asyncssh.connect(
                place.host,
                place.port or 22,
                username=place.user,
                password=place.secret.reveal() or None,
                config=None,
                connect_timeout=30,
                **options,
            ) as connection,
            connection.start_sftp_client() as client,
        ):
            yield client

    def _lost(self, error: Exception) -> StewardError:
        place = str(self.location).partition("#")[0]
        if isinstance(error, asyncssh.SFTPNoSuchFile | asyncssh.SFTPNoSuchPath):
            return SourceMissingError(
                f"服务器 {self.location.host} 上没有目录或文件“{self.location.path}”", place=place
            )
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return SourceLostError(
                f"{place} 的主机密钥未经确认或与登记的不同，已拒绝连接；请核对后登记其公钥（host_key=）",
                place=place,
            )
        text = self.location.secret.scrub(_words(error))
        return SourceLostError(f"访问 {place} 失败：{text}", place=place)


def _words(error: Exception) -> str:
    if isinstance(error, asyncssh.PermissionDenied):
        return "账号或口令不对"
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return "账号无权读取"
    return network_words(error)
