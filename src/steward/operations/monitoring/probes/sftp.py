import stat
import time
from datetime import UTC, datetime, timedelta

import asyncssh
from pydantic import Field, SecretStr, model_validator

from steward.operations.monitoring.listing import Entry, Expectation, judge
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
)


class SftpSettings(ProbeSettings):
    host: str = Field(title="主机", min_length=1, max_length=255)
    port: int = Field(22, title="端口", ge=1, le=65535)
    username: str = Field(title="用户名", min_length=1, max_length=100)
    password: SecretStr = Field(SecretStr(""), title="密码")
    private_key: SecretStr = Field(
        SecretStr(""),
        title="私钥",
        description="与密码二选一，OpenSSH 格式",
        json_schema_extra={"widget": "textarea"},
    )
    host_key: str = Field(
        "", title="主机指纹", description="如 SHA256:…；填写后指纹不符算失败", max_length=100
    )
    path: str = Field(".", title="目录", max_length=500)
    pattern: str = Field("*", title="文件名样式", description="如 *.zip", max_length=100)
    min_files: int = Field(0, title="至少文件数", ge=0, le=1_000_000)
    max_age_minutes: int = Field(
        0, title="最新文件不超过（分钟）", description="0 表示不检查", ge=0, le=5_256_000
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> "SftpSettings":
        if not self.password.get_secret_value() and not self.private_key.get_secret_value():
            raise ValueError("密码与私钥须填一个")
        return self


@PROBES.register
class SftpProbe(Probe[SftpSettings]):
    """Whether files can be listed over SFTP, and whether they keep coming (B1.1)."""

    code = "sftp"
    label = "SFTP 目录"
    summary = "登录、列目录、最新文件的时间"
    settings_model = SftpSettings

    def target(self, settings: SftpSettings) -> str:
        return f"sftp://{settings.host}:{settings.port}/{settings.path.lstrip('/')}"

    async def check(self, settings: SftpSettings, context: ProbeContext) -> ProbeResult:
        began = time.perf_counter()
        try:
            entries = await _list(settings, context)
        except asyncssh.PermissionDenied:
            raise ProbeFailedError("用户名、密码或私钥不对") from None
        except asyncssh.KeyImportError:
            raise ProbeFailedError("私钥的格式无法识别") from None
        except asyncssh.SFTPNoSuchFile:
            raise ProbeFailedError(f"目录 {settings.path} 不存在") from None
        except asyncssh.Error as error:
            raise ProbeFailedError(f"SFTP 连接失败（{type(error).__name__}）") from None
        age = settings.max_age_minutes
        want = Expectation(
            settings.pattern, settings.min_files, timedelta(minutes=age) if age else None
        )
        latency = timedelta(seconds=time.perf_counter() - began)
        return judge(entries, want, now=context.now, latency=latency)


async def _list(settings: SftpSettings, context: ProbeContext) -> list[Entry]:
    key = settings.private_key.get_secret_value()
    connection = await asyncssh.connect(
        settings.host,
        settings.port,
        username=settings.username,
        password=settings.password.get_secret_value() or None,
        client_keys=[asyncssh.import_private_key(key)] if key else None,
        known_hosts=None,
        config=None,
        agent_path=None,
        connect_timeout=context.seconds,
        login_timeout=context.seconds,
    )
    async with connection:
        _know_host(connection, settings.host_key)
        async with connection.start_sftp_client() as sftp:
            names = await sftp.readdir(settings.path)
    return [_entry(name) for name in names if _is_file(name)]


def _know_host(connection: asyncssh.SSHClientConnection, fingerprint: str) -> None:
    key = connection.get_server_host_key()
    if fingerprint and (key is None or key.get_fingerprint() != fingerprint):
        raise ProbeFailedError("主机指纹与登记的不符，可能被冒充，请核实")


def _is_file(name: asyncssh.SFTPName) -> bool:
    return not stat.S_ISDIR(name.attrs.permissions or 0) and str(name.filename) not in (".", "..")


def _entry(name: asyncssh.SFTPName) -> Entry:
    text = name.filename if isinstance(name.filename, str) else name.filename.decode()
    changed = name.attrs.mtime
    return Entry(text, None if changed is None else datetime.fromtimestamp(changed, UTC))
