"""Folders of files served on 127.0.0.1 by each protocol, as fixtures."""

import asyncio
import importlib
import ipaddress
import os
import ssl
import threading
import warnings
from datetime import timedelta
from urllib.parse import quote

import asyncssh
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from steward.kernel import instants
from tests.engine.connectors.ftps_server import FtpsServer

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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that only its own holder has signed."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = instants.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


@pytest.fixture
def ftps_server(root, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server = FtpsServer(root, context)
    yield server
    server.stop()


@pytest.fixture
def ftps(ftps_server, certificate):
    authority = quote(str(certificate / "cert.pem"))
    return f"ftps://u:topsecret@127.0.0.1:{ftps_server.port}/?ca_file={authority}"


class Signed(asyncssh.SSHServer):
    """Lets `u` in with the password."""

    def begin_auth(self, _username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("u", "topsecret")


class CuttingSFTP(asyncssh.SFTPServer):
    """Breaks off the connection once, when a read passes `cut_after` bytes."""

    cut_after: int | None = None
    offsets: list[int] = []

    def read(self, file_obj, offset, size):
        cls = type(self)
        if cls.cut_after is not None and offset >= cls.cut_after:
            cls.cut_after = None
            self.channel.get_connection().abort()
        cls.offsets.append(offset)
        return super().read(file_obj, offset, size)


@pytest.fixture
def sftp_class():
    return type("Cutting", (CuttingSFTP,), {"offsets": []})


@pytest.fixture
def sftp(root, sftp_class):
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Signed,
            server_host_keys=[key],
            sftp_factory=lambda channel: sftp_class(channel, chroot=str(root)),
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


@pytest.fixture(params=["directory", "ftp", "ftps", "sftp"])
def store(request, root):
    kinds = {"directory": lambda: f"dir://{root}"}
    return kinds.get(request.param, lambda: request.getfixturevalue(request.param))()
