import asyncio
import ssl
import time
from contextlib import suppress
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID
from pydantic import Field

from steward.operations.monitoring.http_client import tls_context
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)


class TlsSettings(ProbeSettings):
    host: str = Field(title="主机", description="主机名或 IP 地址", min_length=1, max_length=255)
    port: int = Field(443, title="端口", ge=1, le=65535)
    server_name: str = Field(
        "", title="证书上的主机名", description="不填则与主机相同", max_length=255
    )
    days_left: int = Field(
        15, title="至少剩余天数", description="证书到期前这么多天算失败", ge=0, le=3650
    )
    verify_chain: bool = Field(
        default=True, title="校验签发链与主机名", description="自签名的内部证书请关闭"
    )


@PROBES.register
class TlsProbe(Probe[TlsSettings]):
    """Whether a certificate is valid, for this name, from a known authority, and for how long."""

    code = "tls"
    label = "证书（TLS）"
    summary = "证书剩余天数、主机名与签发链"
    settings_model = TlsSettings

    def target(self, settings: TlsSettings) -> str:
        return f"{settings.server_name or settings.host}:{settings.port}"

    async def check(self, settings: TlsSettings, context: ProbeContext) -> ProbeResult:
        began = time.perf_counter()
        _, writer = await asyncio.open_connection(
            settings.host,
            settings.port,
            ssl=tls_context(verify=settings.verify_chain),
            server_hostname=settings.server_name or settings.host,
        )
        latency = timedelta(seconds=time.perf_counter() - began)
        try:
            secured: ssl.SSLObject = writer.get_extra_info("ssl_object")
            raw = secured.getpeercert(binary_form=True)
        finally:
            writer.close()
            with suppress(OSError, ssl.SSLError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)
        if raw is None:
            raise ProbeFailedError("对方没有给出证书")
        certificate = x509.load_der_x509_certificate(raw)
        return _judge(certificate, settings, now=context.now, latency=latency)


def _judge(
    certificate: x509.Certificate, settings: TlsSettings, *, now: datetime, latency: timedelta
) -> ProbeResult:
    ends, begins = certificate.not_valid_after_utc, certificate.not_valid_before_utc
    days = (ends - now) // timedelta(days=1)
    detail = {
        "days_left": days,
        "not_after": ends.isoformat(),
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
    }
    if now < begins:
        raise ProbeFailedError(f"证书 {begins:%Y-%m-%d} 才生效", **detail)
    if now >= ends:
        raise ProbeFailedError(f"证书已于 {ends:%Y-%m-%d} 到期", **detail)
    if days < settings.days_left:
        raise ProbeFailedError(f"证书还剩 {days} 天，少于 {settings.days_left} 天", **detail)
    return ProbeResult(State.UP, f"证书还剩 {days} 天", latency, detail)


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()
