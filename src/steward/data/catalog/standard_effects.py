"""What another standard would do, before it is in force: which catalogues would newly fail or pass."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from steward.data.catalog.models import Catalogue
from steward.data.catalog.queries import listed
from steward.data.catalog.standard import STANDARDS, Problem, broken, standard, table_of
from steward.data.catalog.standard_text import Standard
from steward.engine import rules

ADDED, CHANGED, DROPPED, SAME = "新增", "修改", "取消", ""
_NAMED = 100
Broken = dict[int, list[Problem]]


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """Catalogues that break one rule, before and after; `newly` only after, `freed` only before."""

    rule: str
    name: str
    change: str
    before: int
    after: int
    newly: int
    freed: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Ids of catalogues that would begin to fail, pass, or be held back from publication."""

    checked: int
    failing: frozenset[int]
    passing: frozenset[int]
    held: frozenset[int]
    lines: tuple[RuleEffect, ...]

    def summary(self) -> dict[str, Any]:
        """What is kept beside a version: counts, rules and the first names."""
        names = dict(Catalogue.objects.filter(pk__in=self.failing | self.passing)
                     .order_by("code").values_list("pk", "name"))  # fmt: skip
        return {
            "checked": self.checked,
            "failing": len(self.failing),
            "passing": len(self.passing),
            "held": len(self.held),
            "failing_names": [n for pk, n in names.items() if pk in self.failing][:_NAMED],
            "passing_names": [n for pk, n in names.items() if pk in self.passing][:_NAMED],
            "lines": [asdict(line) for line in self.lines],
        }


def changes_between(old: Standard, new: Standard) -> dict[str, str]:
    """Each rule that was added, changed or dropped, by id."""
    before = {rule.id: _told(rule, old) for rule in old.rules.rules}
    after = {rule.id: _told(rule, new) for rule in new.rules.rules}
    found = {key: DROPPED for key in before if key not in after}
    for key, told in after.items():
        if key not in before:
            found[key] = ADDED
        elif told != before[key]:
            found[key] = CHANGED
    return found


def _told(rule: rules.Rule, where: Standard) -> tuple[object, ...]:
    return (rule.name, rule.fingerprint, rule.dimension, rule.severity, rule.message, rule.remedy,
            where.basis.get(rule.id))  # fmt: skip


def effect_of(scope: str, new: Standard, *, now: datetime) -> Effect:
    """Every catalogue under the standard in force and under another one; nothing is written."""
    old = standard(scope)
    table = table_of(scope, None, now=now)
    before, after = (_grouped(one.rules, table, now=now) for one in (old, new))
    others = [other for other in STANDARDS if other != scope]
    elsewhere = {
        key
        for other in others
        for key, problem in broken(standard(other).rules, table_of(other, None, now=now), now=now)
        if problem.is_grave
    }
    was, will = _grave(before) - elsewhere, _grave(after) - elsewhere
    held = {key for key in after if _serious(after[key]) and not _serious(before.get(key, []))}
    return Effect(
        checked=Catalogue.objects.exclude(state="delisted").count(),
        failing=frozenset(will - was),
        passing=frozenset(was - will),
        held=frozenset(listed().filter(pk__in=held).values_list("pk", flat=True)),
        lines=_lines(old, new, before, after),
    )


def _grouped(rule_set: rules.RuleSet, table: Any, *, now: datetime) -> Broken:
    found: Broken = {}
    for key, problem in broken(rule_set, table, now=now):
        found.setdefault(key, []).append(problem)
    return found


def _grave(found: Mapping[int, list[Problem]]) -> set[int]:
    return {key for key, problems in found.items() if any(one.is_grave for one in problems)}


def _serious(problems: list[Problem]) -> bool:
    return any(one.severity == "serious" for one in problems)


def _lines(old: Standard, new: Standard, *found: Broken) -> tuple[RuleEffect, ...]:
    changes = changes_between(old, new)
    names = {rule.id: rule.name for one in (old, new) for rule in one.rules.rules}
    before, after = (_by_rule(side) for side in found)
    lines = []
    for rule_id, name in names.items():
        was, will = before.get(rule_id, set()), after.get(rule_id, set())
        change = changes.get(rule_id, SAME)
        if change or was != will:
            counts = (len(was), len(will), len(will - was), len(was - will))
            lines.append(RuleEffect(rule_id, name, change, *counts))
    return tuple(lines)


def _by_rule(found: Broken) -> dict[str, set[int]]:
    rules_: dict[str, set[int]] = defaultdict(set)
    for key, problems in found.items():
        for one in problems:
            rules_[one.rule].add(key)
    return rules_
