"""Clocks that hypothesis makes: whole logs around Spring Festival 2026, with many ties."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from steward.kernel.clock import ClockEvent, ClockSpec
from steward.kernel.periods import Period
from tests.kernel.clock.support import spec_of
from tests.kernel.support import local

BASE = local("2026-02-11T08:00")
FAR = BASE + timedelta(days=30)
"""After every event that is made here."""
REASONS = ("client", "supplier", "lunch")
ALLOWED = ["client", "supplier"]

instants = st.one_of(
    st.integers(0, 500).map(lambda hours: BASE + timedelta(hours=hours)),
    st.integers(0, 1_800_000).map(lambda seconds: BASE + timedelta(seconds=seconds)),
)
targets = st.integers(1, 3000)
minute_units = st.sampled_from(["elapsed_minutes", "working_minutes"])
units = st.sampled_from(["elapsed_minutes", "working_minutes", "working_days"])
warnings = st.lists(
    st.one_of(
        st.builds(lambda n: {"percent": n}, st.integers(1, 200)),
        st.builds(lambda n: {"lead_minutes": n}, st.integers(1, 600)),
    ),
    max_size=3,
)


@st.composite
def specs(draw: st.DrawFn, kinds: st.SearchStrategy[str] = units) -> ClockSpec:
    """Specs of every unit and mode."""
    unit = draw(kinds)
    return spec_of(
        unit=unit,
        target=draw(st.integers(1, 12)) if unit == "working_days" else draw(targets),
        pause_reasons=ALLOWED,
        warnings=draw(warnings),
        reopen_mode=draw(st.sampled_from(["resume", "first_stop_wins", "restart"])),
        priority_mode=draw(st.sampled_from(["from_start", "fresh", "locked"])),
        reopen_within_minutes=draw(st.sampled_from([None, 0, 3000])),
        count_start_day=draw(st.booleans()),
    )


def event(kind: str, at: datetime, **rest: object) -> ClockEvent:
    return ClockEvent(type=kind, occurred_at=at, recorded_at=at, **rest)


periods = st.lists(instants, min_size=2, max_size=2, unique=True).map(
    lambda pair: Period(min(pair), max(pair))
)
starts = st.builds(event, st.just("start"), instants)
stops = st.builds(event, st.just("stop"), instants)
reopenings = st.builds(event, st.just("reopen"), instants)
retargets = st.builds(event, st.just("retarget"), instants, target=st.integers(1, 12))
excuses = st.builds(event, st.just("excuse"), instants, reason=st.just("裁定"))
voids = st.builds(event, st.just("void"), instants, reason=st.just("重复"))
resumes = st.builds(event, st.just("resume"), instants, reason=st.sampled_from(["", *REASONS]))
pauses = st.builds(
    event,
    st.just("pause"),
    instants,
    reason=st.sampled_from(REASONS),
    key=st.sampled_from(["", "a", "b"]),
)
exclusions = st.builds(event, st.just("exclude"), instants, period=periods, document=st.just("函"))

happenings = st.one_of(stops, reopenings, retargets, excuses, resumes, pauses, exclusions)
logs = st.lists(st.one_of(happenings, starts, voids), max_size=12)
"""Any log at all, sensible or not."""

openings = st.integers(-40, 40).map(lambda hours: BASE + timedelta(hours=hours))
begun_logs = st.builds(
    lambda start, rest: [event("start", start), *rest],
    openings,
    st.lists(happenings, max_size=12),
)
"""Logs of clocks that start early and are not void."""
later = st.integers(40, 700).map(lambda hours: BASE + timedelta(hours=hours))


def pause_events(spans: list[Period], reason: str = "client") -> list[ClockEvent]:
    """A pause and its own resume for each span."""
    return [
        ClockEvent(type=kind, occurred_at=at, recorded_at=at, reason=reason, key=f"p{number}")
        for number, span in enumerate(spans)
        for kind, at in (("pause", span.start), ("resume", span.end))
    ]
