"""Facade of calendars: working time by versioned statutory calendars."""

from steward.core.calendars.events import CalendarChanged
from steward.core.calendars.queries import (
    CalendarInfo,
    HolidaySpan,
    UnknownCalendarError,
    all_calendars,
    get,
    holiday_spans,
    version,
)
from steward.core.calendars.seeds import seed
from steward.core.calendars.services import (
    Notice,
    UnchangedCalendarError,
    add_calendar,
    install_version,
)

__all__ = [
    "CalendarChanged",
    "CalendarInfo",
    "HolidaySpan",
    "Notice",
    "UnchangedCalendarError",
    "UnknownCalendarError",
    "add_calendar",
    "all_calendars",
    "get",
    "holiday_spans",
    "install_version",
    "seed",
    "version",
]
