"""The two calendars that every installation has: 7×24 and the statutory working week."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files

from django.db import transaction

from steward.core.calendars.models import Calendar as CalendarRow
from steward.core.calendars.models import CalendarVersion
from steward.kernel.instants import at_local
from steward.kernel.worktime import Calendar

ALWAYS, WORK = "always", "cn-work"
OFFICE_HOURS = ("09:00-12:00", "14:00-18:00")
SEEDED_BY = "系统"


@dataclass(frozen=True, slots=True)
class StatutoryDays:
    """The committed file of holidays and make-up days; made by tools/make_holidays.py."""

    notice: str
    published: date
    official_until: date
    holidays: dict[date, str]
    make_up: dict[date, str]

    @property
    def names(self) -> dict[date, str]:
        worked = {day: f"{name}调休上班" for day, name in self.make_up.items()}
        return self.holidays | worked


def statutory_days() -> StatutoryDays:
    """Read the file."""
    text = (files("steward.core.calendars") / "data" / "cn_holidays.json").read_text("utf-8")
    data = json.loads(text)
    return StatutoryDays(
        notice=data["notice"],
        published=date.fromisoformat(data["published"]),
        official_until=date.fromisoformat(data["official_until"]),
        holidays={date.fromisoformat(d): name for d, name in data["holidays"].items()},
        make_up={date.fromisoformat(d): name for d, name in data["make_up"].items()},
    )


def work_calendar(days: StatutoryDays) -> Calendar:
    """Monday to Friday 09–12 and 14–18, Asia/Shanghai, with the statutory exceptions."""
    exceptions: dict[date, tuple[str, ...]] = dict.fromkeys(days.holidays, ())
    exceptions |= dict.fromkeys(days.make_up, OFFICE_HOURS)
    return Calendar(
        week=dict.fromkeys(range(1, 6), OFFICE_HOURS),
        exceptions=exceptions,
        official_until=days.official_until,
        version=f"{WORK} {days.official_until.year}",
    )


@transaction.atomic
def seed() -> None:
    """Add the two calendars where they are missing; what exists is never touched.

    They count as known since their notice was published, and stand for all time before it.
    """
    days = statutory_days()
    label = f"{days.official_until.year} 年及以前（{days.notice}）"
    _add(
        CalendarRow(code=ALWAYS, name="全天候 7×24"),
        CalendarVersion(
            label="7×24",
            data=Calendar.always().to_dict(),
            recorded_at=datetime(2010, 1, 1, tzinfo=UTC),
        ),
    )
    _add(
        CalendarRow(code=WORK, name="法定工作日 9–12 点、14–18 点"),
        CalendarVersion(
            label=label,
            data=work_calendar(days).to_dict(),
            day_names={day.isoformat(): name for day, name in sorted(days.names.items())},
            notice=days.notice,
            published_date=days.published,
            official_until=days.official_until,
            recorded_at=at_local(days.published),
        ),
    )


def _add(calendar: CalendarRow, version: CalendarVersion) -> None:
    row, created = CalendarRow.objects.get_or_create(
        code=calendar.code, defaults={"name": calendar.name}
    )
    if created:
        version.calendar, version.number, version.recorded_by_label = row, 1, SEEDED_BY
        version.save()
