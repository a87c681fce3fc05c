"""A small FTP server over TLS (RFC 4217) on 127.0.0.1 that can break off a transfer."""

import socket
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path


class FtpsServer:
    """Serves a folder. `cut_after`: bytes after which the next download breaks off, once."""

    def __init__(self, root: Path, context: ssl.SSLContext) -> None:
        self.root = root
        self.context = context
        self.cut_after: int | None = None
        self.offsets: list[int] = []
        self.reused: list[bool] = []
        self.plain_data = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            session = _Session(self, connection)
            try:
                session.serve()
            except (OSError, ssl.SSLError):
                continue
            finally:
                session.control.close()
                connection.close()


class _Session:
    def __init__(self, server: FtpsServer, connection: socket.socket) -> None:
        self.server = server
        self.control = connection
        self.user = ""
        self.signed = False
        self.private = False
        self.folder = Path()
        self.offset = 0
        self.renamed = ""
        self.passive: socket.socket | None = None

    def serve(self) -> None:
        self._say("220 ready")
        buffered = b""
        while True:
            while b"\r\n" not in buffered:
                block = self.control.recv(4096)
                if not block:
                    return
                buffered += block
            line, _, buffered = buffered.partition(b"\r\n")
            command, _, argument = line.decode().partition(" ")
            getattr(self, f"_{command.lower()}", self._unknown)(argument)

    def _say(self, text: str) -> None:
        self.control.sendall(f"{text}\r\n".encode())

    def _unknown(self, _argument: str) -> None:
        self._say("502 not implemented")

    def _auth(self, _argument: str) -> None:
        self._say("234 TLS")
        self.control = self.server.context.wrap_socket(self.control, server_side=True)

    def _user(self, name: str) -> None:
        self.user = name
        self._say("331 password")

    def _pass(self, password: str) -> None:
        encrypted = isinstance(self.control, ssl.SSLSocket)
        self.signed = encrypted and (self.user, password) == ("u", "topsecret")
        self._say("230 welcome" if self.signed else "530 no")

    def _pbsz(self, _argument: str) -> None:
        self._say("200 ok")

    def _prot(self, level: str) -> None:
        self.private = level == "P"
        self._say("200 ok")

    def _type(self, _argument: str) -> None:
        self._say("200 ok")

    def _cwd(self, path: str) -> None:
        self.folder = Path(path.strip("/"))
        self._say("250 ok")

    def _mkd(self, path: str) -> None:
        self._place(path).mkdir(exist_ok=True)
        self._say(f'257 "{path}"')

    def _pasv(self, _argument: str) -> None:
        self.passive = socket.create_server(("127.0.0.1", 0))
        port = self.passive.getsockname()[1]
        self._say(f"227 entering (127,0,0,1,{port // 256},{port % 256})")

    def _rest(self, offset: str) -> None:
        self.offset = int(offset)
        self._say("350 ok")

    def _opts(self, _argument: str) -> None:
        self._say("200 ok")

    def _mlsd(self, path: str) -> None:
        lines = []
        for item in sorted(self._place(path).iterdir()):
            stamp = datetime.fromtimestamp(int(item.stat().st_mtime), UTC)
            kind = "dir" if item.is_dir() else "file"
            facts = f"type={kind};size={item.stat().st_size};modify={stamp:%Y%m%d%H%M%S}"
            lines.append(f"{facts}; {item.name}\r\n")
        self._send("".join(lines).encode(), None)

    def _retr(self, path: str) -> None:
        content = self._place(path).read_bytes()[self.offset :]
        self.server.offsets.append(self.offset)
        cut, self.server.cut_after = self.server.cut_after, None
        self.offset = 0
        self._send(content, cut)

    def _stor(self, path: str) -> None:
        data = self._data()
        with self._place(path).open("wb") as file:
            while block := data.recv(65536):
                file.write(block)
        _close(data)
        self._say("226 done")

    def _rnfr(self, path: str) -> None:
        self.renamed = path
        self._say("350 to?")

    def _rnto(self, path: str) -> None:
        self._place(self.renamed).replace(self._place(path))
        self._say("250 ok")

    def _quit(self, _argument: str) -> None:
        self._say("221 bye")

    def _place(self, path: str) -> Path:
        return self.server.root / self.folder / path

    def _send(self, content: bytes, cut: int | None) -> None:
        data = self._data()
        data.sendall(content[:cut])
        _close(data)
        self._say("226 done" if cut is None else "426 broken off")

    def _data(self) -> socket.socket:
        self._say("150 here")
        connection, _ = self.passive.accept()
        self.passive.close()
        if not self.private:
            self.server.plain_data += 1
            return connection
        secured = self.server.context.wrap_socket(connection, server_side=True)
        self.server.reused.append(secured.session_reused)
        return secured


def _close(data: socket.socket) -> None:
    """Say goodbye in TLS first, as the other side waits for it."""
    plain = data.unwrap() if isinstance(data, ssl.SSLSocket) else data
    plain.close()
    data.close()
