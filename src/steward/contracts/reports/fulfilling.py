"""Which duty of a contract a report fulfils, by the words of the contract itself: pure."""

import re
from dataclasses import dataclass

from steward.contracts.packs import api as packs
from steward.contracts.reports.registry import ReportKind

_PARTS = re.compile(r"[、，；及与和]")


@dataclass(frozen=True, slots=True)
class Match:
    """The duty, or why none is fulfilled; `key` names its occurrence where the stretch does."""

    duty: str
    words: str
    key: str = ""


def match(pack: packs.Pack, kind: type[ReportKind], key: str, *, is_last: bool) -> Match | None:
    """The duty whose deliverable is this report alone, in the same rhythm.

    A duty that accepts the report's kind of evidence by name is matched whatever its area. A
    deliverable that asks for more than the report is not fulfilled by it: Match with an empty
    duty says what is lacking. `is_last`: the stretch ends with the term (a duty due once at the
    end). None when the contract demands nothing like it.
    """
    for duty in pack.obligations:
        if not _same_rhythm(duty, kind, is_last=is_last):
            continue
        named = any(_accepts(known, kind) for known in duty.accepts)
        called = duty.area == "report" and any(word in duty.deliverable for word in kind.words)
        if duty.accepts and not named:
            continue
        if not (named or called):
            continue
        if not named and len(_PARTS.split(duty.deliverable)) > 1:
            return Match(
                "", f"义务“{duty.title}”的交付物是“{duty.deliverable}”，须人工提交其余部分"
            )
        at = "" if duty.rhythm.kind in ("once", "per_period") else key
        return Match(duty.id, duty.title, at)
    return None


def _accepts(known: str, kind: type[ReportKind]) -> bool:
    mine = kind.evidence_kind()
    return mine == known or mine.startswith(f"{known}.")


def _same_rhythm(duty: packs.Obligation, kind: type[ReportKind], *, is_last: bool) -> bool:
    if duty.rhythm.kind == "once":
        return duty.rhythm.at == "end" and kind.rhythm == "yearly" and is_last
    return duty.rhythm.kind == kind.rhythm
