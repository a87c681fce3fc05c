"""Helpers of the kernel's tests: the calendar of 2026, local times, tables of cases."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from steward.kernel.instants import SHANGHAI
from steward.kernel.worktime import Calendar

DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """A data file of cases."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def cases(name: str, key: str) -> list[Any]:
    """The rows of a data file as parameters, each called by its name."""
    return [pytest.param(row, id=row["name"]) for row in table(name)[key]]


@cache
def calendar_2026() -> Calendar:
    """The official working calendar of 2026."""
    return Calendar.from_dict(table("calendar_2026"))


def local(text: str | datetime) -> datetime:
    """The UTC instant of a wall-clock time in Asia/Shanghai."""
    wall = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    return wall.replace(tzinfo=SHANGHAI).astimezone(UTC)
