"""What a directory listing must show: enough files of a pattern, the newest young enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from steward.operations.monitoring.registry import ProbeFailedError, ProbeResult, State


@dataclass(frozen=True, slots=True)
class Entry:
    """A file on the other side; `modified_at` None when the server does not say."""

    name: str
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """`max_age` None: the age does not matter."""

    pattern: str
    min_files: int
    max_age: timedelta | None


def judge(
    entries: list[Entry], want: Expectation, *, now: datetime, latency: timedelta
) -> ProbeResult:
    """Up, or ProbeFailedError saying what the directory lacks."""
    found = [e for e in entries if fnmatchcase(e.name, want.pattern)]
    detail: dict[str, object] = {"files": len(found)}
    if len(found) < want.min_files:
        raise ProbeFailedError(
            f"符合 {want.pattern} 的文件有 {len(found)} 个，少于 {want.min_files} 个", **detail
        )
    if want.max_age is None:
        return ProbeResult(State.UP, f"登录成功，文件 {len(found)} 个", latency, detail)
    ages = [e.modified_at for e in found if e.modified_at is not None]
    if not ages:
        raise ProbeFailedError(f"没有符合 {want.pattern} 且带时间的文件，无法判断新旧", **detail)
    age = max(now - max(ages), timedelta())
    detail["newest_at"] = max(ages).isoformat()
    words = f"最新文件距今 {age // timedelta(minutes=1)} 分钟"
    if age > want.max_age:
        raise ProbeFailedError(
            f"{words}，超过 {want.max_age // timedelta(minutes=1)} 分钟", **detail
        )
    return ProbeResult(State.UP, words, latency, detail)
