"""Whom a file server must prove to be: the key of an SFTP server, the signer of an FTPS server's."""

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import asyncssh
from django.db import transaction

from steward.core.audit import api as audit
from steward.data.sources.choices import Engine
from steward.data.sources.models import Source
from steward.data.sources.servers import TIMEOUT_SECONDS, SourceUnreachableError
from steward.engine.connectors.errors import network_words
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError


class InvalidTrustError(InvalidError):
    """A key or certificate that cannot be read."""

    code = "sources.invalid_trust"


def check_trust(engine: str, text: str) -> None:
    """Refuse what is no public key (SFTP) or no certificate (FTPS); empty is fine."""
    if not text.strip():
        return
    if engine == Engine.SFTP:
        _public(text)
    elif engine == Engine.FTPS:
        try:
            ssl.create_default_context(cadata=text.strip())
        except (ssl.SSLError, ValueError):
            raise InvalidTrustError("证书应为 PEM 格式的文本", field="trust") from None


def fingerprint(text: str) -> str:
    """The key as people compare it: SHA256:…, as `ssh-keygen -l` shows it."""
    return str(_public(text).get_fingerprint())


def _public(text: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(text.strip())
    except (asyncssh.KeyImportError, ValueError):
        raise InvalidTrustError(
            "主机密钥应为公钥的一行文本，如“ssh-ed25519 AAAA…”；留空则首次连接时取对方的",
            field="trust",
        ) from None


def present_key(source: Source) -> str:
    """The public key that an SFTP server shows now; nothing is sent to it but a greeting."""

    async def ask() -> asyncssh.SSHKey | None:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await asyncssh.get_server_host_key(source.host, source.port, config=None)

    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            key = pool.submit(asyncio.run, ask()).result()
        except (asyncssh.Error, OSError) as error:
            raise SourceUnreachableError(
                f"连不上 {source.host}:{source.port}：{network_words(error)}"
            ) from error
    if key is None:
        raise SourceUnreachableError(f"{source.host}:{source.port} 没有出示主机密钥")
    return key.export_public_key().decode().strip()


def pin_at_first_sight(source: Source, *, by: Actor, now: datetime) -> None:
    """Keep the key of an SFTP server that none is known of, before anything secret is sent."""
    if source.engine != Engine.SFTP or source.trust.strip():
        return
    _pin(source, present_key(source), reason="首次连接", by=by, now=now)


def changed_key_words(source: Source) -> str:
    """What to say where a server no longer shows the key that was pinned; empty otherwise."""
    if source.engine != Engine.SFTP or not source.trust.strip():
        return ""
    try:
        now_there = present_key(source)
    except SourceUnreachableError:
        return ""
    known, found = fingerprint(source.trust), fingerprint(now_there)
    if known == found:
        return ""
    return (
        f"主机密钥变了：登记的是 {known}，现在是 {found}。可能是对方换了服务器，也可能有人冒充，"
        "已停止连接；与对方管理员核对后，在数据源页“认可新的主机密钥”"
    )


def accept_host_key(source_id: int, *, reason: str, by: Actor, now: datetime) -> Source:
    """Take the key that a server shows now in place of the pinned one: it was replaced there.

    InvalidTrustError without a reason, or where the server is not an SFTP one.
    """
    source = Source.objects.get(pk=source_id)
    if source.engine != Engine.SFTP:
        raise InvalidTrustError("只有 SFTP 数据源有主机密钥")
    if not reason.strip():
        raise InvalidTrustError("请写明理由，如对方更换服务器的通知", field="reason")
    _pin(source, present_key(source), reason=reason.strip(), by=by, now=now)
    return source


@transaction.atomic
def _pin(source: Source, key: str, *, reason: str, by: Actor, now: datetime) -> None:
    before = {"key": fingerprint(source.trust)} if source.trust.strip() else {"key": ""}
    source.trust = key
    source.save(update_fields=["trust"])
    after = {"key": fingerprint(key)}
    audit.record(
        "sources.key.pinned",
        source.subject,
        by=by,
        now=now,
        before=before,
        after=after,
        reason=reason,
    )
