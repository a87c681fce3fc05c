"""FTP and SFTP servers on 127.0.0.1 over a folder of the test."""

import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncssh

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it still imports asyncore
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer

USER, PASSWORD = "exchange", "let-me-in-7"


@contextmanager
def ftp_server(folder: Path) -> Iterator[int]:
    """Serve the folder until the block ends; gives the port."""
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(folder), perm="elr")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer, "auth_failed_timeout": 0})
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=loop)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            loop.loop(timeout=0.02, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.address[1]
    finally:
        stop.set()
        thread.join()


class _Login(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:  # noqa: ARG002
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@asynccontextmanager
async def sftp_server(
    folder: Path, *, authorized: str | None = None
) -> AsyncIterator[tuple[int, str]]:
    """Serve the folder until the block ends; gives the port and the host key's fingerprint."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    keys = asyncssh.import_authorized_keys(authorized) if authorized else None

    def files(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder))

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=_Login, server_host_keys=[key],
        sftp_factory=files, authorized_client_keys=keys,
    )  # fmt: skip
    async with server:
        yield server.get_port(), key.get_fingerprint()
