import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aioftp
from pydantic import Field, SecretStr

from steward.operations.monitoring.http_client import tls_context
from steward.operations.monitoring.listing import Entry, Expectation, judge
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
)


class FtpSettings(ProbeSettings):
    host: str = Field(title="主机", min_length=1, max_length=255)
    port: int = Field(21, title="端口", ge=1, le=65535)
    username: str = Field("anonymous", title="用户名", max_length=100)
    password: SecretStr = Field(SecretStr(""), title="密码")
    use_tls: bool = Field(default=False, title="加密连接（隐式 FTPS）")
    path: str = Field("/", title="目录", max_length=500)
    pattern: str = Field("*", title="文件名样式", description="如 *.zip", max_length=100)
    min_files: int = Field(0, title="至少文件数", ge=0, le=1_000_000)
    max_age_minutes: int = Field(
        0, title="最新文件不超过（分钟）", description="0 表示不检查", ge=0, le=5_256_000
    )


@PROBES.register
class FtpProbe(Probe[FtpSettings]):
    """Whether files can be listed over FTP, and whether they keep coming (B1.1)."""

    code = "ftp"
    label = "FTP 目录"
    summary = "登录、列目录、最新文件的时间"
    settings_model = FtpSettings

    def target(self, settings: FtpSettings) -> str:
        return f"ftp://{settings.host}:{settings.port}{settings.path}"

    async def check(self, settings: FtpSettings, context: ProbeContext) -> ProbeResult:
        began = time.perf_counter()
        client = aioftp.Client(
            socket_timeout=context.seconds,
            connection_timeout=context.seconds,
            ssl=tls_context(verify=False) if settings.use_tls else None,
        )
        try:
            await client.connect(settings.host, settings.port)
            await client.login(settings.username, settings.password.get_secret_value())
            await client.change_directory(settings.path)
            entries = [
                Entry(path.name, _modified(info))
                async for path, info in client.list()
                if info.get("type") != "dir"
            ]
        except aioftp.StatusCodeError as error:
            raise ProbeFailedError(_words(error, settings.path)) from None
        finally:
            with suppress(OSError, aioftp.AIOFTPException, EOFError):
                client.close()
        age = settings.max_age_minutes
        want = Expectation(
            settings.pattern, settings.min_files, timedelta(minutes=age) if age else None
        )
        latency = timedelta(seconds=time.perf_counter() - began)
        return judge(entries, want, now=context.now, latency=latency)


def _modified(info: Mapping[str, Any]) -> datetime | None:
    """MLSD and LIST times are UTC in aioftp: `YYYYMMDDhhmmss`."""
    text = str(info.get("modify", ""))[:14]
    if len(text) != 14 or not text.isdigit():
        return None
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _words(error: aioftp.StatusCodeError, path: str) -> str:
    codes = [str(code) for code in error.received_codes]
    words = {
        "530": "用户名或密码不对",
        "550": f"目录 {path} 不存在或不可读",
        "421": "服务器拒绝了连接（连接数已满或正在停机）",
    }
    return next((words[c] for c in codes if c in words), f"FTP 服务器返回 {'、'.join(codes)}")
