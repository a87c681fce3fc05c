"""A State Council notice as a table of dates: read line by line, turned into a new calendar."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from steward.core.calendars.queries import CalendarInfo
from steward.kernel.errors import InvalidError
from steward.kernel.workhours import Hours, InvalidCalendarError, parse_hours
from steward.kernel.worktime import Calendar

OFF, WORK = "休", "班"
OFF_WORDS, WORK_WORDS = {"休", "放假", "假"}, {"班", "上班", "补班", "调休上班"}
MOST_LINES, LONGEST_SPAN = 400, timedelta(days=31)
YEARS = range(2000, 2101)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_SPAN = re.compile(r"\s*(?:~|～|至|到)\s*")


class InvalidNoticeError(InvalidError):
    """A table of dates that cannot be used; `problems` has a sentence for every wrong line."""

    code = "calendars.invalid_notice"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("；".join(problems), problems=list(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """One date of a notice: its hours (none for a day off) and its name."""

    day: date
    hours: tuple[Hours, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the calendar would say with the notice applied."""

    calendar: Calendar
    names: dict[date, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One date on which two versions differ, in words."""

    day: date
    before: str
    after: str


def rows_of_text(text: str) -> list[list[str]]:
    """Lines of pasted text; cells separated by tabs, commas or blanks. Empty lines stay."""
    return [re.split(r"[\t,，\s]+", line.strip()) for line in text.splitlines()]


def rows_of_file(content: bytes, name: str) -> list[list[str]]:
    """Rows of an Excel or CSV file; InvalidNoticeError when it is neither."""
    if name.lower().endswith(".csv"):
        text = content.decode("utf-8-sig", errors="replace")
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, ValueError):
        raise InvalidNoticeError([f"文件“{name}”不是可读取的 Excel 或 CSV 文件"]) from None
    return [[str(cell).strip() for cell in row] for row in sheet.to_python(skip_empty_area=True)]


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """Rows as the text that the form shows again."""
    return "\n".join("\t".join(cell for cell in row if cell) for row in rows)


def read_entries(rows: Sequence[Sequence[str]], calendar: Calendar) -> list[Entry]:
    """The dates of a table: date or span, 休 / 班 / hours, name.

    A make-up day has the hours of the calendar's first working weekday. InvalidNoticeError lists
    every wrong line with its number, the value and what is expected.
    """
    reader = _Reader(calendar)
    for number, row in enumerate(rows[:MOST_LINES], start=1):
        cells = [cell for cell in row if cell]
        if cells and not (number == 1 and cells[0] in ("日期", "放假日期")):
            reader.line(number, cells)
    if len(rows) > MOST_LINES:
        reader.problems.append(f"最多 {MOST_LINES} 行，现在有 {len(rows)} 行")
    if not reader.entries and not reader.problems:
        reader.problems.append("没有任何日期，请每行写一个日期，例如：2027-01-01 休 元旦")
    if reader.problems:
        raise InvalidNoticeError(reader.problems)
    return [reader.entries[day] for day in sorted(reader.entries)]


class _Reader:
    """Collects entries and problems."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.work_hours = next(hours for hours in calendar.week.values() if hours)
        self.entries: dict[date, Entry] = {}
        self.problems: list[str] = []

    def line(self, number: int, cells: list[str]) -> None:
        try:
            days = list(_days(cells[0]))
            hours = self._hours(cells[1] if len(cells) > 1 else "")
        except (InvalidNoticeError, InvalidCalendarError) as error:
            self.problems.append(f"第 {number} 行：{error.message}")
            return
        name = "".join(cells[2:])
        if not name:
            self.problems.append(f"第 {number} 行：请写明节日名称，例如“春节”")
        for day in days:
            self._add(number, Entry(day, hours, name))

    def _hours(self, word: str) -> tuple[Hours, ...]:
        if word in OFF_WORDS:
            return ()
        if word in WORK_WORDS:
            return self.work_hours
        if re.match(r"\d", word):
            return parse_hours(re.split(r"[;；、]", word), "工作时段")
        raise InvalidNoticeError(
            [f"第二列应是“休”“班”或当天的工作时段（如 09:00-12:00），不能是“{word}”"]
        )

    def _add(self, number: int, entry: Entry) -> None:
        usual = self.calendar.week[entry.day.isoweekday()]
        if entry.day in self.entries:
            self.problems.append(f"第 {number} 行：{entry.day} 前面已经写过，请删除重复的一行")
        elif entry.hours and entry.hours == usual:
            self.problems.append(f"第 {number} 行：{entry.day} 本来就是工作日，不需要补班")
        self.entries.setdefault(entry.day, entry)


def _days(text: str) -> Iterator[date]:
    parts = _SPAN.split(text)
    first, last = _date(parts[0]), _date(parts[-1])
    if len(parts) > 2 or not first <= last <= first + LONGEST_SPAN:
        raise InvalidNoticeError(
            [f"日期范围“{text}”应写成 2027-02-05~2027-02-11，最长 {LONGEST_SPAN.days} 天"]
        )
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _date(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise InvalidNoticeError([f"日期应写成 2027-01-01，不能是“{text}”"])
    return day


def draft(info: CalendarInfo, entries: Sequence[Entry], *, whole_years: bool) -> Draft:
    """The present version with the entries applied.

    With `whole_years` the years that occur are replaced entirely and become official to their
    last day; otherwise only the listed dates change.
    """
    years = {entry.day.year for entry in entries} if whole_years else set()
    kept = {d: h for d, h in info.calendar.exceptions.items() if d.year not in years}
    names = {d: n for d, n in info.day_names.items() if d.year not in years}
    until = info.official_until
    if years and until is not None:
        until = max(until, date(max(years), 12, 31))
    calendar = Calendar(
        week=info.calendar.week,
        exceptions=kept | {entry.day: entry.hours for entry in entries},
        official_until=until,
        version=f"{info.code} {until.year}" if until else info.code,
        zone=info.calendar.zone,
    )
    return Draft(calendar, names | {entry.day: _named(entry) for entry in entries})


def _named(entry: Entry) -> str:
    suffix = "调休上班"
    return f"{entry.name}{suffix}" if entry.hours and suffix not in entry.name else entry.name


def differences(old: CalendarInfo, new: Draft) -> list[Difference]:
    """The dates on which hours or names differ, in order."""
    days = {*old.calendar.exceptions, *new.calendar.exceptions, *old.day_names, *new.names}
    found = []
    for day in sorted(days):
        before = in_words(old.calendar, old.day_names, day)
        after = in_words(new.calendar, new.names, day)
        if before != after:
            found.append(Difference(day, before, after))
    return found


def in_words(calendar: Calendar, names: dict[date, str], day: date) -> str:
    """What a calendar says of a date: `休 · 春节`, `09:00-12:00 · 除夕`."""
    hours = calendar.hours_on(day)
    words = "、".join(str(one) for one in hours) or OFF
    name = names.get(day, "")
    return f"{words} · {name}" if name else words
