import asyncio
import time
from datetime import timedelta

from pydantic import Field

from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeResult,
    ProbeSettings,
    State,
)


class TcpSettings(ProbeSettings):
    host: str = Field(title="主机", description="主机名或 IP 地址", min_length=1, max_length=255)
    port: int = Field(title="端口", ge=1, le=65535)


@PROBES.register
class TcpProbe(Probe[TcpSettings]):
    """Whether a port takes connections."""

    code = "tcp"
    label = "TCP 端口"
    summary = "能否建立 TCP 连接"
    settings_model = TcpSettings

    def target(self, settings: TcpSettings) -> str:
        return f"{settings.host}:{settings.port}"

    async def check(self, settings: TcpSettings, context: ProbeContext) -> ProbeResult:  # noqa: ARG002
        began = time.perf_counter()
        _, writer = await asyncio.open_connection(settings.host, settings.port)
        latency = timedelta(seconds=time.perf_counter() - began)
        writer.close()
        return ProbeResult(State.UP, "端口可以连接", latency)
