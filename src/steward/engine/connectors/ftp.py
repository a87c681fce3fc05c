# ruff: noqa: S321 - the contracts name FTP; ftps:// encrypts it
"""FTP and FTP over TLS, with downloads that go on where they stopped."""

import ftplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import ClassVar

from steward.engine.connectors.base import connectors
from steward.engine.connectors.errors import (
    SourceLostError,
    SourceMissingError,
    network_words,
)
from steward.engine.connectors.filestore import Entry, FileStore
from steward.engine.lake.errors import is_disk_full


@connectors.register
class FtpConnector(FileStore):
    """`ftp://user:${PW}@host:21/folder#*.csv`; `ftps://…` encrypts commands and data.

    `?ca_file=` names the certificate of an authority of one's own.
    """

    code = "ftp"
    label = "FTP 服务器"
    schemes: ClassVar[tuple[str, ...]] = ("ftp", "ftps")

    def entries(self) -> list[Entry]:
        with self._session() as session:
            return sorted(self._walk(session, PurePosixPath()), key=lambda entry: entry.path)

    def fetch(self, entry: Entry, target: Path) -> None:
        done = target.stat().st_size if target.exists() else 0
        with self._session() as session, target.open("ab") as handle:
            session.retrbinary(f"RETR {entry.path}", handle.write, rest=done or None)

    def store(self, source: Path, path: str) -> None:
        draft = f"{path}.part"
        with self._session() as session, source.open("rb") as handle:
            for folder in reversed(PurePosixPath(path).parents[:-1]):
                with suppress(ftplib.error_perm):
                    session.mkd(str(folder))
            session.storbinary(f"STOR {draft}", handle)
            session.rename(draft, path)

    def _walk(self, session: ftplib.FTP, folder: PurePosixPath) -> Iterator[Entry]:
        listed = list(session.mlsd(str(folder), facts=["type", "size", "modify"]))
        for name, facts in listed:
            path = folder / name
            if facts["type"] == "dir":
                yield from self._walk(session, path)
            elif facts["type"] == "file" and not name.endswith(".part"):
                stamp = datetime.strptime(facts["modify"][:14], "%Y%m%d%H%M%S")  # noqa: DTZ007
                yield Entry(
                    path=str(path),
                    size=int(facts["size"]),
                    modified_at=stamp.replace(tzinfo=UTC),
                )

    @contextmanager
    def _session(self) -> Iterator[ftplib.FTP]:
        place = self.location
        session: ftplib.FTP = ftplib.FTP(encoding="utf-8")
        if place.scheme == "ftps":
            session = _OneSession(context=self._trusted(), encoding="utf-8")
        try:
            with session:
                session.connect(place.host, place.port or 21, timeout=30)
                session.login(place.user, place.secret.reveal())
                if isinstance(session, ftplib.FTP_TLS):
                    session.prot_p()
                self._enter(session)
                yield session
        except ssl.SSLCertVerificationError as error:
            where = str(place).partition("#")[0]
            raise SourceLostError(
                f"{where} 的证书未经确认（{error.verify_message}），已拒绝连接；"
                "自建机构签发的请用 ca_file= 写明其证书文件",
                place=place.host,
            ) from error
        except (ftplib.Error, OSError, EOFError) as error:
            if is_disk_full(error):
                raise
            text = place.secret.scrub(_words(error))
            raise SourceLostError(
                f"访问 {str(place).partition('#')[0]} 失败：{text}", place=place.host
            ) from error

    def _enter(self, session: ftplib.FTP) -> None:
        folder = self.location.path
        if not folder.strip("/"):
            return
        try:
            session.cwd(folder)
        except ftplib.error_perm as error:
            raise SourceMissingError(
                f"服务器 {self.location.host} 上没有目录“{folder}”，或账号无权进入",
                folder=folder,
            ) from error

    def _trusted(self) -> ssl.SSLContext:
        file = self.location.options.get("ca_file")
        try:
            return ssl.create_default_context(cafile=file or None)
        except (OSError, ssl.SSLError) as error:
            raise SourceLostError(f"读不懂证书文件“{file}”，应为 PEM 格式") from error


def _words(error: Exception) -> str:
    """An error in words: 530 is the account, 550 the file (RFC 959)."""
    if isinstance(error, ftplib.error_perm):
        known = {
            "530": f"账号或口令不对，或服务器只收加密连接（{error}）",
            "550": f"文件不存在或账号无权读取（{error}）",
        }
        return known.get(str(error)[:3], str(error))
    return network_words(error)


class _OneSession(ftplib.FTP_TLS):
    """Data connections go on in the TLS session of the commands, as servers rightly demand
    (vsftpd's `require_ssl_reuse`): it proves that both are of one client.
    """

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if not isinstance(self.sock, ssl.SSLSocket):
            return connection, size or 0
        secured = self.context.wrap_socket(
            connection, server_hostname=self.host, session=self.sock.session
        )
        return secured, size or 0
