"""How many clocks one core evaluates in a second, over the year 2026.

    python benchmarks/clock_evaluation.py [--write]

The bar is 50,000 a second (docs: clocks over a one-year span). Events are built beforehand, as
after reading rows; one line also counts reading them from plain data. `--write` replaces the
committed table.
"""

import argparse
import os
import platform
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

from steward.kernel.clock import ClockEvent, ClockSpec, ClockStatus, WarningPoint, evaluate
from steward.kernel.periods import Period
from steward.kernel.worktime import Calendar

RESULT = Path(__file__).parent / "results" / "clock_evaluation.md"
CLOCKS = 2_000
ROUNDS = 10
YEAR_START = datetime(2025, 12, 31, 16, tzinfo=UTC)
YEAR_END = datetime(2026, 12, 31, 16, tzinfo=UTC)
OFFICE = ("09:00-12:00", "14:00-18:00")
Clock = tuple[list[ClockEvent], ClockSpec]


def calendar_2026() -> Calendar:
    """The working calendar of 2026 with its holidays and make-up days."""
    closed = {day: () for day in holidays if day.year == 2026}
    made_up = {day: OFFICE for day in workdays if day.year == 2026}
    return Calendar(
        week=dict.fromkeys(range(1, 6), OFFICE),
        exceptions=closed | made_up,
        official_until=date(2026, 12, 31),
        version="2026",
    )


def spec_of(unit: str, target: int) -> ClockSpec:
    return ClockSpec(
        kind="resolve",
        target=target,
        unit=unit,
        start_event="opened",
        stop_event="resolved",
        pause_reasons=frozenset({"client", "supplier"}),
        warnings=(WarningPoint(percent=80), WarningPoint(lead_minutes=30)),
    )


WORKING, ELAPSED, DAYS = (
    spec_of("working_minutes", 480),
    spec_of("elapsed_minutes", 1440),
    spec_of("working_days", 5),
)


def moments(chance: random.Random, count: int) -> list[datetime]:
    """Sorted instants anywhere in the year."""
    seconds = sorted(chance.randrange(365 * 86_400) for _ in range(count))
    return [YEAR_START + timedelta(seconds=s) for s in seconds]


def event(kind: str, at: datetime, **rest: object) -> ClockEvent:
    return ClockEvent(type=kind, occurred_at=at, recorded_at=at, **rest)


def typical(chance: random.Random, spec: ClockSpec = WORKING) -> Clock:
    """Start, two pauses with their ends, stop: six events spread over the year."""
    at = moments(chance, 6)
    return [
        event("start", at[0]),
        event("pause", at[1], reason="client"),
        event("resume", at[2], reason="client"),
        event("pause", at[3], reason="supplier"),
        event("resume", at[4], reason="supplier"),
        event("stop", at[5]),
    ], spec


def typical_elapsed(chance: random.Random) -> Clock:
    return typical(chance, ELAPSED)


def typical_days(chance: random.Random) -> Clock:
    return typical(chance, DAYS)


def running(chance: random.Random) -> Clock:
    """Open since somewhere in the year: what the scanner meets most."""
    return [event("start", moments(chance, 1)[0])], WORKING


def eventful(chance: random.Random) -> Clock:
    """Two pauses, a priority change, an exclusion, a stop and a re-opening."""
    at = moments(chance, 10)
    window = Period(at[4], at[5])
    return [
        event("start", at[0]),
        event("pause", at[1], reason="client"),
        event("resume", at[2], reason="client"),
        event("retarget", at[3], target=960),
        event("exclude", at[5], period=window, document="维护窗口"),
        event("stop", at[6]),
        event("reopen", at[7]),
        event("pause", at[8], reason="supplier"),
        event("resume", at[9], reason="supplier"),
    ], WORKING


def mixed(chance: random.Random) -> Clock:
    makers = (typical, typical_elapsed, typical_days, running, eventful)
    return chance.choice(makers)(chance)


def rate(action: Callable[[Clock], object], clocks: list[Clock]) -> float:
    """The best of the rounds, in clocks per second of processor time."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for clock in clocks:
            action(clock)
        best = min(best, time.process_time() - began)
    return len(clocks) / best


def measure() -> list[tuple[str, float]]:
    calendar = calendar_2026()
    chance = random.Random(2026)  # noqa: S311

    def run(clock: Clock) -> ClockStatus:
        return evaluate(clock[0], clock[1], calendar, at=YEAR_END)

    def read_and_run(clock: tuple[list[dict[str, object]], ClockSpec]) -> ClockStatus:
        return run(([ClockEvent.from_dict(data) for data in clock[0]], clock[1]))

    def of(maker: Callable[[random.Random], Clock]) -> list[Clock]:
        return [maker(chance) for _ in range(CLOCKS)]

    plain = [([e.to_dict() for e in events], spec) for events, spec in of(typical)]
    return [
        ("typical: start, 2 pauses, stop; working minutes", rate(run, of(typical))),
        ("typical, elapsed minutes", rate(run, of(typical_elapsed))),
        ("typical, working days", rate(run, of(typical_days))),
        ("open, one event, working minutes", rate(run, of(running))),
        ("eventful: 9 events, re-targeted, excluded, re-opened", rate(run, of(eventful))),
        ("mixed, equal shares of the above", rate(run, of(mixed))),
        ("typical, events read from plain data first", rate(read_and_run, plain)),
        ("typical, with the whole explanation", rate(lambda c: run(c).explanation, of(typical))),
    ]


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def report(rows: list[tuple[str, float]]) -> str:
    lines = [
        "# Clock evaluation",
        "",
        f"{os.cpu_count()} cores ({processor()}), Python {platform.python_version()}; one process on",
        f"one core, best of {ROUNDS} rounds over {CLOCKS:,} clocks. Clocks lie anywhere in 2026, with its",
        "holidays and make-up days, and are evaluated at the end of the year. Every spec has two",
        "warnings. Seconds are of processor time. The bar is 50,000 a second.",
        "",
        "| clocks | evaluations a second | µs each |",
        "|---|---|---|",
        *(f"| {name} | {speed:,.0f} | {1e6 / speed:.1f} |" for name, speed in rows),
        "",
        "Made by `python benchmarks/clock_evaluation.py --write`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the committed table")
    text = report(measure())
    print(text)
    if parser.parse_args().write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text)


if __name__ == "__main__":
    main()
