"""Working hours of one local day as people write them: "09:00-12:00"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from steward.kernel.errors import InvalidError

DAY_MINUTES = 24 * 60
_SHAPE = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


class InvalidCalendarError(InvalidError):
    """A calendar whose zone, weekdays, dates or hours are not usable."""

    code = "kernel.invalid_calendar"


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Half-open local interval in minutes from midnight: 0 ≤ start < end ≤ 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise InvalidCalendarError(
                f"工作时段“{self}”的结束须晚于开始，且都在 00:00 到 24:00 之间"
            )

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Read "09:00-12:00"; InvalidCalendarError for any other shape."""
        found = _SHAPE.fullmatch(text.replace(" ", ""))
        if found is None:
            raise InvalidCalendarError(f"工作时段“{text}”应写成 09:00-12:00，一天的末尾是 24:00")
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        return cls(from_hour * 60 + from_minute, to_hour * 60 + to_minute)

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.end - self.start)

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


def parse_hours(hours: Iterable[Hours | str], place: str) -> tuple[Hours, ...]:
    """The intervals of one day, checked to be in order and without overlap.

    `place` (a weekday or a date) opens the sentence of the InvalidCalendarError.
    """
    if isinstance(hours, str) or not isinstance(hours, Iterable):
        raise InvalidCalendarError(f"{place}：工作时段应是一个列表，不能是“{hours}”")
    try:
        parsed = tuple(h if isinstance(h, Hours) else Hours.parse(str(h)) for h in hours)
    except InvalidCalendarError as error:
        raise InvalidCalendarError(f"{place}：{error.message}") from None
    for before, after in pairwise(parsed):
        if after.start < before.end:
            problem = "重叠" if before.start < after.end else "未按先后排列"
            raise InvalidCalendarError(f"{place}：工作时段“{before}”与“{after}”{problem}")
    return parsed


def read_zone(key: str) -> ZoneInfo:
    """The IANA zone; InvalidCalendarError when there is none of that name."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidCalendarError(
            f"没有名为“{key}”的时区，请写 IANA 名称，如 Asia/Shanghai"
        ) from None
