"""Catalogues against the cataloguing standard: a versioned rule set on the one rule engine (K10.1).

The rules are those of the `StandardVersion` in force. Each run looks at all listed rows, so that
duplicates are seen, and writes for the asked catalogues what they break now; a catalogue's finding
closes when nothing is left (K10.3).
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.db import transaction
from django.db.models import QuerySet

from steward.core.findings import api as findings
from steward.data.catalog.choices import Scope, StandardState, State
from steward.data.catalog.models import Catalogue, CatalogueProblem, StandardVersion
from steward.data.catalog.standard_tables import catalogue_table, item_table
from steward.data.catalog.standard_text import Standard, packaged, read_standard
from steward.engine import rules
from steward.engine.rules.kind import GroupKind

FINDING_SOURCE = "data.catalog"
SEVERITIES = {"serious": "major", "normal": "minor", "notice": "info"}
_SHOWN = 200
_AT_ONCE = 500
STANDARDS = (str(Scope.CATALOGUES), str(Scope.ITEMS))


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that a catalogue, or one of its items, breaks."""

    item_code: str
    rule: str
    severity: str
    message: str
    remedy: str
    standard: str

    @property
    def is_grave(self) -> bool:
        """Whether it makes a problem catalogue; a notice does not."""
        return self.severity != "notice"


Found = dict[int, list[Problem]]


def in_force(scope: str) -> StandardVersion | None:
    """The version that catalogues or items have to meet now."""
    return StandardVersion.objects.filter(scope=scope, state=StandardState.IN_FORCE).first()


def standard(scope: str) -> Standard:
    """The rules in force; those that the platform brings before any version was laid."""
    row = in_force(scope)
    return read_standard(scope, packaged(scope) if row is None else row.content)


def evaluate(
    ids: Collection[int] | None,
    *,
    now: datetime,
    instead: Mapping[str, rules.RuleSet] | None = None,
) -> Found:
    """What each of the catalogues breaks; nothing is written. `ids` None: every one.

    `instead`: rule sets by scope to be taken in place of those in force.
    """
    wanted = None if ids is None else set(ids)
    found: Found = defaultdict(list)
    for scope in STANDARDS:
        rule_set = (instead or {}).get(scope) or standard(scope).rules
        table = table_of(scope, wanted, now=now, rule_set=rule_set)
        for key, problem in broken(rule_set, table, now=now):
            if wanted is None or key in wanted:
                found[key].append(problem)
    return dict(found)


def table_of(
    scope: str,
    ids: Collection[int] | None,
    *,
    now: datetime,
    rule_set: rules.RuleSet | None = None,
) -> pa.Table:
    """What the rules of a scope look at; with `ids` only what can decide about those."""
    if scope == Scope.ITEMS:
        return item_table(ids)
    groups = _groups(rule_set) if rule_set is not None else None
    if groups is None:
        return catalogue_table(now)
    return catalogue_table(now, ids=ids, together=groups)


def _groups(rule_set: rules.RuleSet) -> list[tuple[str, ...]] | None:
    """The columns that have to be unique; None where a rule compares rows in another way."""
    kinds = {kind.code: kind for kind in rules.all_kinds()}
    found = []
    for rule in rule_set.rules:
        kind = kinds[rule.kind]()
        if isinstance(kind, GroupKind):
            if rule.kind != "unique":
                return None
            found.append(kind.columns(rule.parameters))
    return found


def broken(
    rule_set: rules.RuleSet, table: pa.Table, *, now: datetime
) -> Iterable[tuple[int, Problem]]:
    """Each broken rule with the catalogue's id."""
    if not table.num_rows:
        return
    with tempfile.TemporaryDirectory(prefix="steward-catalog-") as folder:
        path = Path(folder) / "failures.parquet"
        source = rules.ArrowSource(table, rule_set.name)
        result = rules.check(rule_set, source, now=now, failures=path)
        reader = rules.FailuresReader(path)
        by_id = {rule.id: rule for rule in rule_set.rules}
        for outcome in result.rules:
            if outcome.status is rules.Status.ERROR:
                raise rules.RuleSetError(f"规则“{outcome.name}”不能运行：{outcome.error}")
            if outcome.status is rules.Status.FAILED:
                rule = by_id[outcome.id]
                for row in reader.page(outcome.id, limit=table.num_rows):
                    yield (
                        int(row.key["编号"]),
                        Problem(
                            item_code=str(row.key.get("项代码", "")),
                            rule=rule.id,
                            severity=rule.severity.value,
                            message=row.message,
                            remedy=row.remedy,
                            standard=rule_set.version,
                        ),
                    )


def check_catalogues(ids: Collection[int], *, now: datetime) -> Found:
    """Evaluate, keep the problems beside each catalogue, open and close its finding."""
    found = evaluate(ids, now=now)
    rows = _live().filter(pk__in=ids)
    _keep(list(rows), found, now=now, anew=True)
    return found


def check_every(*, now: datetime, progress: Callable[[int, int], None]) -> int:
    """The same for every catalogue in one evaluation, written 500 at a time; how many were."""
    found = evaluate(None, now=now)
    ids = list(_live().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        _keep(list(_live().filter(pk__in=chunk)), found, now=now, anew=False)
        progress(min(start + _AT_ONCE, len(ids)), len(ids))
    return len(ids)


def _live() -> QuerySet[Catalogue]:
    rows = Catalogue.objects.select_related("system", "organization").defer("words", "grams")
    return rows.exclude(state=State.DELISTED)


@transaction.atomic
def _keep(rows: list[Catalogue], found: Found, *, now: datetime, anew: bool) -> None:
    """Write what changed; `anew` looks for a finding to close also where nothing was known."""
    known: dict[int, dict[tuple[str, str], CatalogueProblem]] = defaultdict(dict)
    for one in CatalogueProblem.objects.filter(catalogue__in=[row.pk for row in rows]):
        known[one.catalogue_id][one.item_code, one.rule] = one
    new, changed, gone = [], [], []
    for row in rows:
        before = dict(known[row.pk])
        for problem in found.get(row.pk, []):
            kept = before.pop((problem.item_code, problem.rule), None)
            if kept is None:
                new.append(CatalogueProblem(catalogue=row, found_at=now, **_values(problem)))
            elif _set(kept, problem):
                changed.append(kept)
        gone += [one.pk for one in before.values()]
    CatalogueProblem.objects.bulk_create(new)
    CatalogueProblem.objects.bulk_update(changed, list(Problem.__slots__), batch_size=1000)
    CatalogueProblem.objects.filter(pk__in=gone).delete()
    for row in rows:
        if anew or row.pk in found or known[row.pk]:
            tell(row, found.get(row.pk, []), now=now)


def _values(problem: Problem) -> dict[str, str]:
    return {name: getattr(problem, name) for name in Problem.__slots__}


def _set(kept: CatalogueProblem, problem: Problem) -> bool:
    values = _values(problem)
    differs = any(getattr(kept, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(kept, name, value)
    return differs


def tell(row: Catalogue, problems: list[Problem], *, now: datetime) -> None:
    """The finding of a problem catalogue, for its data-owner department; notices alone open none."""
    grave = [one for one in problems if one.is_grave]
    if not grave:
        findings.clear(FINDING_SOURCE, fingerprint(row), now=now, note="已符合编目标准")
        return
    worst = "serious" if any(one.severity == "serious" for one in grave) else "normal"
    guidance = list(dict.fromkeys(one.remedy for one in grave))
    findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=fingerprint(row),
            title=f"问题目录“{row.name}”有 {len(grave)} 处不符合编目标准",
            severity=SEVERITIES[worst],
            subject=row.subject,
            contract=row.system.contract,
            category="data_catalog",
            organization_id=row.organization_id,
            detail={
                "目录代码": row.code,
                "问题": [one.message for one in grave[:_SHOWN]],
                "标准": f"{grave[0].standard} 版",
            },
            remedy="；".join(guidance[:20]),
        ),
        now=now,
    )


def fingerprint(row: Catalogue) -> str:
    """The name of a catalogue's finding."""
    return f"catalogue:{row.pk}"


def forget(row: Catalogue, *, now: datetime, note: str) -> None:
    """A catalogue that is no longer listed has no problems, and no finding."""
    row.problems.all().delete()
    findings.clear(FINDING_SOURCE, fingerprint(row), now=now, note=note)
