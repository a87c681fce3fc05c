"""HTTP for probes: fresh connections, shared TLS contexts, addresses without secrets."""

import ssl
from functools import cache
from urllib.parse import urlsplit

import httpx

from steward.operations.monitoring.registry import ProbeContext


@cache
def tls_context(*, verify: bool) -> ssl.SSLContext:
    """Made once per process: loading the authorities costs more than a probe."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def client(*, verify: bool, context: ProbeContext) -> httpx.AsyncClient:
    """A client for one run: a new connection each time, no proxy of the environment."""
    return httpx.AsyncClient(
        verify=tls_context(verify=verify),
        timeout=context.seconds,
        trust_env=False,
        max_redirects=5,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def basic_auth(username: str, password: str) -> httpx.BasicAuth | None:
    """Credentials for one request, or none."""
    return httpx.BasicAuth(username, password) if username else None


def public_url(value: str) -> str:
    """A web address that may be shown: ValueError in Chinese for others."""
    try:
        parts = urlsplit(value)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("网址的写法有误，请检查主机与端口") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_good:
        raise ValueError("网址须以 http:// 或 https:// 开头，并写明主机")
    if parts.username or parts.password:
        raise ValueError("网址里不要写用户名和密码，请填在专门的栏里")
    return value
