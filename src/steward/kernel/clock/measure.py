"""Measuring stretches of a clock: how much ran, when each threshold was or will be reached.

One measure serves the due time, the pauses and the warnings. `upto` is cumulative and `reach`
its inverse, the earliest instant with that value; for elapsed time both are the identity.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from steward.kernel.clock.spec import ClockSpec
from steward.kernel.clock.status import Piece, SegmentKind
from steward.kernel.worktable import FOREVER, WorkTable

Window = tuple[int, int, str]
"""An exclusion: start, end, document. Lists of windows are sorted and disjoint."""

_RAN, _PAUSED, _EXCLUDED = SegmentKind.RAN, SegmentKind.PAUSED, SegmentKind.EXCLUDED


def merge_windows(windows: Iterable[Window]) -> list[Window]:
    """The union of exclusions; of overlapping ones the earlier document names the common part."""
    merged: list[Window] = []
    for start, end, document in sorted(windows):
        after = max(start, merged[-1][1]) if merged else start
        if after < end:
            merged.append((after, end, document))
    return merged


def cut_windows(pieces: list[Piece], windows: Sequence[Window]) -> list[Piece]:
    """The pieces with the exclusions cut out of what ran or paused."""
    if not windows:
        return pieces
    first, last = windows[0][0], windows[-1][1]
    cut: list[Piece] = []
    for piece in pieces:
        kind, start, end, _ = piece
        if end <= first or start >= last or not (kind is _RAN or kind is _PAUSED):
            cut.append(piece)
        else:
            cut.extend(_without(piece, windows))
    return cut


def _without(piece: Piece, windows: Sequence[Window]) -> Iterator[Piece]:
    kind, cursor, end, reason = piece
    for opening, closing, document in windows:
        if opening >= end:
            break
        if closing > cursor:
            if opening > cursor:
                yield kind, cursor, opening, reason
                cursor = opening
            closed = min(closing, end)
            yield _EXCLUDED, cursor, closed, document
            cursor = closed
    if cursor < end:
        yield kind, cursor, end, reason


def future_spans(start: int, windows: Sequence[Window]) -> list[tuple[int, int]]:
    """The time from `start` on without the exclusions; the last span ends at FOREVER."""
    if not windows or windows[-1][1] <= start:
        return [(start, FOREVER)]
    pieces = cut_windows([(_RAN, start, FOREVER, "")], windows)
    return [(a, b) for kind, a, b, _ in pieces if kind is _RAN]


class Reading:
    """What a meter found: seconds of each kind, and the instants of the thresholds.

    `hits` has one instant for each warning of the spec and at last the due time; FOREVER where it
    is not reached. `counted` is in the unit of the thresholds: seconds or days. The target
    counts from `base`, but no day before `first`.
    """

    __slots__ = ("base", "counted", "excluded", "first", "hits", "paused", "ran", "reached")

    def __init__(self, size: int, base: int) -> None:
        self.hits = [FOREVER] * size
        self.base = self.first = base
        self.counted = self.ran = self.paused = self.excluded = self.reached = 0


class Meter:
    """Elapsed minutes (no table) or working minutes."""

    def __init__(self, table: WorkTable | None) -> None:
        self.table = table
        self.upto: Callable[[int], int] = int if table is None else table.upto
        self.reach: Callable[[int], int] = int if table is None else table.reach
        self.count = self.upto

    def read(self, spec: ClockSpec, pieces: Sequence[Piece], base: int) -> Reading:
        """Measure consecutive pieces, of which the first begins at `base`."""
        reading = Reading(len(spec.warnings) + 1, base)
        need = spec.thresholds[0][0]
        ran = paused = excluded = 0
        before = self.upto(base)
        for kind, _, end, _ in pieces:
            after = self.upto(end)
            if kind is _RAN:
                if ran + after - before >= need:
                    reading.counted = ran
                    need = self.mark(spec, reading, before, after=after)
                ran += after - before
            elif kind is _PAUSED:
                paused += after - before
            elif kind is _EXCLUDED:
                excluded += after - before
            before = after
        reading.counted = reading.ran = ran
        reading.paused, reading.excluded = paused, excluded
        return reading

    def project(self, spec: ClockSpec, reading: Reading, spans: Sequence[tuple[int, int]]) -> None:
        """Fill in the hits to come, as if the clock ran through the spans."""
        counted = reading.counted
        for start, end in spans:
            first = max(start, reading.first)
            if end > first:
                before = self.count(first)
                after = FOREVER if end == FOREVER else self.count(end)
                self.mark(spec, reading, before, after=after)
                reading.counted += after - before
        reading.counted = counted

    def mark(self, spec: ClockSpec, reading: Reading, before: int, *, after: int) -> int:
        """Enter the hits inside one running span; the value of the next threshold.

        `before` and `after` are the cumulative counts at the ends of the span.
        """
        limit = reading.counted + after - before
        for value, index in spec.thresholds[reading.reached :]:
            if value > limit:
                return value
            instant = self.hit(before + value - reading.counted, index)
            reading.hits[index] = max(reading.base, instant)
            reading.reached += 1
        return FOREVER

    def hit(self, value: int, index: int) -> int:  # noqa: ARG002
        """The instant at which the cumulative count reaches the value of one threshold."""
        return self.reach(value)


class DayMeter(Meter):
    """Working days: a day counts if the clock runs when the hours of the day end.

    So a pause from Monday noon to Wednesday noon moves the due time by two working days, and one
    within a day by none: days never become hours.
    """

    def __init__(self, table: WorkTable) -> None:
        super().__init__(table)
        self.days = table
        self.count = table.days_upto

    def read(self, spec: ClockSpec, pieces: Sequence[Piece], base: int) -> Reading:
        """Measure consecutive pieces; `base` fixes which day is day 1."""
        first = self.days.day_base(base, count_start_day=spec.count_start_day)
        reading = Reading(len(spec.warnings) + 1, base)
        reading.first = first
        seconds_before = self.upto(base)
        for kind, start, end, _ in pieces:
            seconds = self.upto(end) - seconds_before
            seconds_before += seconds
            if kind is _RAN:
                reading.ran += seconds
                if end > first:
                    before, after = self.count(max(first, start)), self.count(end)
                    self.mark(spec, reading, before, after=after)
                    reading.counted += after - before
            elif kind is _PAUSED:
                reading.paused += seconds
            elif kind is _EXCLUDED:
                reading.excluded += seconds
        self._mark_leads(spec, reading)
        return reading

    def project(self, spec: ClockSpec, reading: Reading, spans: Sequence[tuple[int, int]]) -> None:
        """Fill in the hits to come, as if the clock ran through the spans."""
        super().project(spec, reading, spans)
        self._mark_leads(spec, reading)

    def hit(self, value: int, index: int) -> int:
        """The end of the day for the due time, the opening of the day for a warning."""
        end = self.days.reach_day(value)
        return end if index < 0 else self.days.opening(end)

    def _mark_leads(self, spec: ClockSpec, reading: Reading) -> None:
        due = reading.hits[-1]
        if due == FOREVER:
            return
        for index, point in enumerate(spec.warnings):
            if point.lead_minutes is not None:
                value = self.upto(due) - point.lead_minutes * 60
                reading.hits[index] = max(reading.base, self.reach(value))
