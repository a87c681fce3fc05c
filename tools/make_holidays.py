"""Write `core/calendars/data/cn_holidays.json` from chinesecalendar, cross-checked with holidays.

Both libraries must agree on every single day, otherwise nothing is written: run it when the
State Council has announced another year and both libraries have been updated.
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import holidays

FIRST_YEAR, LAST_YEAR = 2010, 2026
NOTICE, PUBLISHED = "国办发明电〔2025〕7号", "2025-11-04"
OUTPUT = Path(__file__).parent.parent / "src/steward/core/calendars/data/cn_holidays.json"
WORDS = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def every_day() -> list[date]:
    """All dates of the years covered."""
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_workday(day: date) -> bool:
    """What the first library says of a date."""
    return bool(chinese_calendar.is_workday(day))


def disagreements(days: list[date]) -> list[date]:
    """Dates that are working days for one library and not for the other."""
    other = holidays.country_holidays("CN", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return [day for day in days if is_workday(day) != other.is_working_day(day)]


def collect(days: list[date]) -> dict[str, Any]:
    """The file's content: named holidays (their weekends included) and make-up working days."""
    off = {
        day.isoformat(): WORDS[name]
        for day in days
        if (name := chinese_calendar.constants.holidays.get(day)) is not None
    }
    make_up = {
        day.isoformat(): WORDS[name]
        for day in days
        if (name := chinese_calendar.constants.workdays.get(day)) is not None
    }
    return {
        "notice": NOTICE,
        "published": PUBLISHED,
        "first_date": days[0].isoformat(),
        "official_until": days[-1].isoformat(),
        "holidays": off,
        "make_up": make_up,
    }


def main() -> int:
    days = every_day()
    wrong = disagreements(days)
    if wrong:
        print("两个来源不一致，未写文件：", ", ".join(map(str, wrong)))
        return 1
    text = json.dumps(collect(days), ensure_ascii=False, indent=1)
    OUTPUT.write_text(text + "\n", encoding="utf-8")
    print(f"{len(days)} 天一致，已写入 {OUTPUT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
