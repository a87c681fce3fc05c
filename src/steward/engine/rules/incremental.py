"""Check only what changed, and keep the totals right (row rules only).

The last run's failing rows, without every key that was touched since, plus the failing ones among
the rows as they are now, are the failing rows of the whole table. Rules that look beyond a row,
at time or at another table, or that changed since, run over the whole table as always.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from steward.engine.rules.check import Options, check
from steward.engine.rules.counting import Counts, count, read_masks
from steward.engine.rules.engine import Limits
from steward.engine.rules.engines.duckdb import DuckDb, DuckDbSession
from steward.engine.rules.errors import FailuresError, RuleSetError
from steward.engine.rules.failures import MANIFEST, FailuresReader, Manifest, MarkedRule
from steward.engine.rules.files import whole_file
from steward.engine.rules.kind import RowKind, kinds
from steward.engine.rules.model import Rule, RuleSet
from steward.engine.rules.plan import BITS, MASK
from steward.engine.rules.result import CheckResult, RuleResult, Status
from steward.engine.rules.sources import Source


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since the last run.

    `rows`: the inserted and updated rows as they are now, all columns; `deleted`: the keys of
    deleted rows (and of rows whose key changed, under the old key).
    """

    rows: Source
    deleted: Source | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One incremental run: the last result (with its file of failing rows) and the changes."""

    previous: CheckResult
    changes: Changes
    failures: Path


def recheck(
    rule_set: RuleSet,
    source: Source,
    request: Request,
    *,
    now: datetime,
    options: Options | None = None,
) -> CheckResult:
    """As `check`, but rules that one row decides run over the changed rows only.

    The key must be unique. Where the last file of failing rows does not fit (another key, other
    columns kept), everything is checked in full. `result.incremental` names the rules saved.
    """
    options = options or Options()
    last = _last(rule_set, request.previous, options)
    saved = [] if last is None else [rule for rule in rule_set.rules if _reusable(rule, last)]
    if last is None or not saved:
        return check(
            rule_set,
            source,
            now=now,
            failures=request.failures,
            previous=request.previous,
            options=options,
        )
    rest = tuple(rule for rule in rule_set.rules if rule not in saved)
    with tempfile.TemporaryDirectory(prefix="steward-", dir=options.limits.scratch) as folder:
        changed = check(
            replace(rule_set, rules=tuple(saved), tables={}),
            request.changes.rows,
            now=now,
            failures=Path(folder) / "changed.parquet",
            options=replace(options, tables={}),
        )
        whole = check(
            replace(rule_set, rules=rest),
            source,
            now=now,
            failures=Path(folder) / "whole.parquet",
            previous=request.previous,
            options=options,
        )
        merge = _Merge(rule_set, last, (changed, whole))
        counts = merge.write(request, now, options.limits)
    return merge.result(request, counts, now)


def _last(rule_set: RuleSet, previous: CheckResult, options: Options) -> FailuresReader | None:
    """The last file of failing rows, if it speaks of the same key."""
    if previous.failures is None or not previous.failures.exists() or not options.keep_values:
        return None
    try:
        reader = FailuresReader(previous.failures)
    except FailuresError:
        return None
    key = options.key or rule_set.key
    same = tuple(name.casefold() for name in key) == tuple(
        name.casefold() for name in reader.manifest.keys
    )
    return reader if key and same else None


def _reusable(rule: Rule, last: FailuresReader) -> bool:
    kind = kinds.get(rule.kind)()
    if not isinstance(kind, RowKind) or kind.depends_on_more(rule.parameters):
        return False
    return any(
        (marked.id, marked.fingerprint) == (rule.id, rule.fingerprint) for marked in last.rules
    )


@dataclass(slots=True)
class _Merge:
    rule_set: RuleSet
    last: FailuresReader
    runs: tuple[CheckResult, CheckResult]

    def write(self, request: Request, now: datetime, limits: Limits) -> Counts:
        readers = [_reader(run) for run in self.runs]
        manifest = self._manifest(readers, now)
        with (
            DuckDb().open(request.changes.rows, tables=_deleted(request), limits=limits) as session,
            whole_file(request.failures) as temporary,
        ):
            footer = manifest.text().replace("'", "''")
            path = str(temporary).replace("'", "''")
            session.run(
                f"COPY ({self._query(session, readers, manifest)}) TO '{path}' "
                f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{MANIFEST}: '{footer}'}})"
            )
            masks = read_masks(temporary, _mask_names(manifest))
        dimensions = {rule.id: rule.dimension for rule in self.rule_set.rules}
        counts = count(masks, [dimensions[rule.id] for rule in manifest.rules])
        counts.rows = self.runs[1].rows
        return counts

    def result(self, request: Request, counts: Counts, now: datetime) -> CheckResult:
        changed, whole = self.runs
        found = {rule.id: rule for run in self.runs for rule in run.rules}
        manifest = FailuresReader(request.failures).manifest
        failing = {rule.id: counts.failing[rule.bit] for rule in manifest.rules}
        return replace(
            whole,
            checked_at=now,
            rules=tuple(_total(found[rule.id], failing) for rule in self.rule_set.rules),
            failing_rows=counts.failing_rows,
            dimensions=counts.dimensions,
            failures=request.failures,
            incremental=tuple(rule.id for rule in changed.rules),
            notes=(*changed.notes, *whole.notes),
        )

    def _manifest(self, readers: Sequence[FailuresReader], now: datetime) -> Manifest:
        marked = {rule.id: rule for reader in readers for rule in reader.rules}
        ordered = [marked[rule.id] for rule in self.rule_set.rules if rule.id in marked]
        values = dict.fromkeys(name for reader in readers for name in reader.manifest.values)
        return replace(
            readers[1].manifest,
            rule_set=self.rule_set.name,
            checked_at=now.isoformat(),
            values=tuple(values),
            rules=tuple(replace(rule, bit=bit) for bit, rule in enumerate(ordered)),
        )

    def _query(
        self, session: DuckDbSession, readers: Sequence[FailuresReader], manifest: Manifest
    ) -> str:
        kept = {rule.id for rule in readers[0].rules}
        keys = ", ".join(map(_name, manifest.keys))
        touched = " UNION ALL ".join(f"SELECT {keys} FROM {view}" for view in session.views())  # noqa: S608
        old = f"{_from(self.last)} ANTI JOIN ({touched}) USING ({keys})"
        parts = [_select(self.last, manifest, (old, kept))]
        parts += [_select(reader, manifest, (_from(reader), None)) for reader in readers]
        values = [f"any_value({_name(name)}) AS {_name(name)}" for name in manifest.values]
        masks = _mask_names(manifest)
        combined = [f"bit_or({mask}) AS {mask}" for mask in masks]
        some = " OR ".join(f"bit_or({mask}) <> 0" for mask in masks)
        columns = ", ".join([keys, *values, *combined])
        union = " UNION ALL BY NAME ".join(parts)
        return f"SELECT {columns} FROM ({union}) GROUP BY {keys} HAVING {some}"  # noqa: S608


def _reader(run: CheckResult) -> FailuresReader:
    if run.failures is None:
        raise RuleSetError("增量检查须保存不合格行")
    return FailuresReader(run.failures)


def _deleted(request: Request) -> dict[str, Source | str]:
    return {} if request.changes.deleted is None else {"deleted": request.changes.deleted}


def _total(result: RuleResult, failing: dict[str, int]) -> RuleResult:
    if result.status is Status.ERROR or result.id not in failing:
        return result
    total = failing[result.id]
    return replace(result, failing=total, status=Status.FAILED if total else Status.PASSED)


def _mask_names(manifest: Manifest) -> list[str]:
    return [f"{MASK}{index}" for index in range(max(1, -(-len(manifest.rules) // BITS)))]


def _from(reader: FailuresReader) -> str:
    path = str(reader.path).replace("'", "''")
    return f"read_parquet('{path}')"


def _select(reader: FailuresReader, manifest: Manifest, place: tuple[str, set[str] | None]) -> str:
    """A file's rows with its bits moved to their places in the merged file."""
    relation, kept = place
    own = {rule.id: rule for rule in reader.rules if kept is None or rule.id in kept}
    present = [name for name in manifest.values if name in reader.manifest.values]
    columns = [_name(name) for name in (*manifest.keys, *present)]
    for index, mask in enumerate(_mask_names(manifest)):
        bits = list(_bits(own, manifest.rules[index * BITS : (index + 1) * BITS]))
        columns.append(f"CAST({' + '.join(bits) or '0'} AS BIGINT) AS {mask}")
    return f"SELECT {', '.join(columns)} FROM {relation}"  # noqa: S608


def _bits(own: dict[str, MarkedRule], rules: Sequence[MarkedRule]) -> Iterator[str]:
    for rule in rules:
        if rule.id in own:
            old = own[rule.id].bit
            test = f"({MASK}{old // BITS} & {2 ** (old % BITS)}::BIGINT) <> 0"
            yield f"CASE WHEN {test} THEN {2 ** (rule.bit % BITS)}::BIGINT ELSE 0 END"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
