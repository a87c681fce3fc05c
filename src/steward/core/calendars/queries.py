from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from steward.core.calendars.models import Calendar as CalendarRow
from steward.core.calendars.models import CalendarVersion
from steward.kernel.errors import NotFoundError
from steward.kernel.worktime import Calendar


class UnknownCalendarError(NotFoundError):
    """No calendar or version of that name."""

    code = "calendars.unknown"


@dataclass(frozen=True, slots=True)
class CalendarInfo:
    """One version of a calendar, ready to measure with.

    `day_names` names holidays and make-up days; `official_until` is the last date that a notice
    covers, None when no date is ever provisional.
    """

    version_id: int
    code: str
    name: str
    number: int
    label: str
    calendar: Calendar
    day_names: dict[date, str]
    notice: str
    published_date: date | None
    official_until: date | None
    is_official: bool
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class HolidaySpan:
    """Consecutive days off of one name, both dates included."""

    name: str
    first_date: date
    last_date: date


def get(code: str, at: datetime | None = None) -> CalendarInfo:
    """The version in force as known at the instant `at`, or the newest.

    Before its first version was recorded a calendar answers with that first version.
    UnknownCalendarError when there is no such calendar.
    """
    rows = CalendarVersion.objects.filter(calendar__code=code)
    known = rows if at is None else rows.filter(recorded_at__lte=at)
    found = known.order_by("-number").values_list("pk", flat=True).first()
    if found is None:
        found = rows.order_by("number").values_list("pk", flat=True).first()
    if found is None:
        raise UnknownCalendarError(f"没有名为“{code}”的工作日历，请在“工作日历”页查看可用的日历")
    return version(found)


@lru_cache(maxsize=256)
def version(version_id: int) -> CalendarInfo:
    """One version by id, read once per process: versions never change."""
    row = CalendarVersion.objects.select_related("calendar").filter(pk=version_id).first()
    if row is None:
        raise UnknownCalendarError(f"没有编号为 {version_id} 的日历版本")
    return CalendarInfo(
        version_id=row.pk,
        code=row.calendar.code,
        name=row.calendar.name,
        number=row.number,
        label=row.label,
        calendar=Calendar.from_dict(row.data),
        day_names={date.fromisoformat(day): name for day, name in row.day_names.items()},
        notice=row.notice,
        published_date=row.published_date,
        official_until=row.official_until,
        is_official=row.is_official,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by_label,
    )


def all_calendars() -> list[tuple[str, str]]:
    """Code and name of every calendar, for lists to choose from."""
    return list(CalendarRow.objects.values_list("code", "name"))


def versions_of(code: str) -> list[CalendarInfo]:
    """Every version of a calendar, newest first."""
    ids = CalendarVersion.objects.filter(calendar__code=code).order_by("-number")
    return [version(pk) for pk in ids.values_list("pk", flat=True)]


def holiday_spans(info: CalendarInfo, year: int) -> list[HolidaySpan]:
    """The named days off of a year as spans, e.g. 春节 2026-02-15 to 2026-02-23."""
    days = sorted(
        day
        for day, name in info.day_names.items()
        if day.year == year and not info.calendar.hours_on(day)
    )
    runs = groupby(
        enumerate(days),
        key=lambda pair: (info.day_names[pair[1]], pair[1] - timedelta(days=pair[0])),
    )
    found = []
    for (name, _), group in runs:
        run = [day for _, day in group]
        found.append(HolidaySpan(name, run[0], run[-1]))
    return found
