from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator

from steward.kernel.instants import local
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)


class HeartbeatSettings(ProbeSettings):
    period_minutes: int = Field(
        60, title="周期（分钟）", description="应每隔多久来报一次到", ge=1, le=525_600
    )
    grace_minutes: int = Field(5, title="宽限（分钟）", ge=0, le=43_200)
    cron: str = Field(
        "",
        title="定时表达式",
        description="如 30 2 * * *，北京时间；填写后代替周期",
        max_length=100,
    )

    @field_validator("cron")
    @classmethod
    def _known_cron(cls, value: str) -> str:
        if value:
            try:
                CronSim(value, datetime(2026, 1, 1))  # noqa: DTZ001
            except CronSimError:
                raise ValueError(f"“{value}”不是定时表达式，例：30 2 * * *（每天 2:30）") from None
        return value


@PROBES.register
class HeartbeatProbe(Probe[HeartbeatSettings]):
    """Whether a task that runs elsewhere calls in on time; late is down."""

    code = "heartbeat"
    label = "心跳报到"
    summary = "任务完成后来访问一个专用网址，迟到即中断"
    settings_model = HeartbeatSettings

    def target(self, settings: HeartbeatSettings) -> str:
        rhythm = settings.cron or f"每 {settings.period_minutes} 分钟"
        return f"{rhythm}，宽限 {settings.grace_minutes} 分钟"

    async def check(self, settings: HeartbeatSettings, context: ProbeContext) -> ProbeResult:
        last = context.last_beat_at
        if last is None:
            return ProbeResult(State.UNKNOWN, "还没有收到第一次报到")
        due = deadline(settings, last)
        if context.now <= due:
            return ProbeResult(State.UP, f"最近报到 {_words(last)}")
        watching = context.watching_since
        if watching is not None and context.now <= deadline(settings, watching):
            return ProbeResult(State.UNKNOWN, "监测服务刚恢复，等待下一次报到")
        raise ProbeFailedError(f"应在 {_words(due)} 前报到，最近一次是 {_words(last)}")


def deadline(settings: HeartbeatSettings, last: datetime) -> datetime:
    """The instant after which the next call is late."""
    grace = timedelta(minutes=settings.grace_minutes)
    if not settings.cron:
        return last + timedelta(minutes=settings.period_minutes) + grace
    following = next(CronSim(settings.cron, local(last)))
    return following.astimezone(last.tzinfo) + grace


def _words(instant: datetime) -> str:
    return local(instant).strftime("%m-%d %H:%M")
