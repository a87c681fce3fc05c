from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.calendars.events import CalendarChanged
from steward.core.calendars.models import Calendar as CalendarRow
from steward.core.calendars.models import CalendarVersion
from steward.core.calendars.queries import CalendarInfo, UnknownCalendarError, version
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError
from steward.kernel.subjects import Subject
from steward.kernel.worktime import Calendar

KIND = "calendars.calendar"


class UnchangedCalendarError(ConflictError):
    """The new version says what the present one already says."""

    code = "calendars.unchanged"


@dataclass(frozen=True, slots=True)
class Notice:
    """Where a version comes from: State Council notice number and date, and what people call it.

    `names` gives holidays and make-up days their words; `is_official` is False for an
    expectation that no notice has confirmed yet.
    """

    number: str = ""
    published: date | None = None
    label: str = ""
    names: Mapping[date, str] = field(default_factory=dict)
    is_official: bool = True


@transaction.atomic
def add_calendar(
    code: str, name: str, calendar: Calendar, *, by: Actor, now: datetime
) -> CalendarInfo:
    """A new calendar with its first version; an existing one of this code is left as it is."""
    row, created = CalendarRow.objects.get_or_create(code=code, defaults={"name": name})
    if not created:
        return version(row.versions.order_by("-number").values_list("pk", flat=True)[0])
    return _append(row, calendar, Notice(label=calendar.version), by=by, now=now)


@transaction.atomic
def install_version(
    code: str,
    calendar: Calendar,
    *,
    notice: Notice | str = "",
    published: date | None = None,
    by: Actor,
    now: datetime,
) -> CalendarInfo:
    """Record what a calendar says from now on and tell the clocks (CalendarChanged).

    `notice` is the notice's number, or a Notice when days have names. Older versions stay for
    figures that were settled by them. UnchangedCalendarError when nothing differs.
    """
    row = CalendarRow.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise UnknownCalendarError(f"没有名为“{code}”的工作日历")
    source = notice if isinstance(notice, Notice) else Notice(number=notice, published=published)
    current = row.versions.order_by("-number").first()
    if current is not None and _says_the_same(current, calendar, source):
        raise UnchangedCalendarError(f"“{row.name}”的安排与现行版本“{current.label}”相同，无需登记")
    info = _append(row, calendar, source, by=by, now=now)
    audit.record(
        "calendars.version_installed", Subject(KIND, code, row.name), by=by, now=now,
        before={"version": current.label if current else ""}, after={"version": info.label},
    )  # fmt: skip
    jobs.publish(
        CalendarChanged(calendar=code, version_id=info.version_id, recorded_at=now), now=now
    )
    return info


def _says_the_same(current: CalendarVersion, calendar: Calendar, source: Notice) -> bool:
    old, new = current.data, calendar.to_dict()
    same = all(old[key] == new[key] for key in ("zone", "week", "exceptions", "official_until"))
    return (
        same and current.day_names == _names(source) and current.is_official == source.is_official
    )


def _names(source: Notice) -> dict[str, str]:
    return {day.isoformat(): name for day, name in sorted(source.names.items())}


def _append(
    row: CalendarRow, calendar: Calendar, source: Notice, *, by: Actor, now: datetime
) -> CalendarInfo:
    number = row.versions.count() + 1
    created = CalendarVersion.objects.create(
        calendar=row,
        number=number,
        label=source.label or source.number or f"第 {number} 版",
        data=calendar.to_dict(),
        day_names=_names(source),
        notice=source.number,
        published_date=source.published,
        official_until=calendar.official_until,
        is_official=source.is_official,
        recorded_at=now,
        recorded_by_id=by.user_id,
        recorded_by_label=by.label,
    )
    return version(created.pk)
