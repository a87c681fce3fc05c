"""Check a table by a rule set in one pass."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.rules.context import Context, resolve_column
from steward.engine.rules.counting import Counts, count, read_masks
from steward.engine.rules.engine import Limits, Session, Target, engine_for
from steward.engine.rules.errors import RuleError, RuleSetError
from steward.engine.rules.failures import MANIFEST, Manifest, marked
from steward.engine.rules.files import whole_file
from steward.engine.rules.kind import GroupKind, RowKind, TableKind, Verdict, kinds
from steward.engine.rules.model import Dimension, Rule, RuleSet
from steward.engine.rules.plan import (
    Part,
    Scan,
    attach,
    counted_rows,
    group_part,
    narrowed,
    row_part,
)
from steward.engine.rules.result import CheckResult, RuleResult, Status
from steward.engine.rules.sources import Source, TableSource, describe, open_path
from steward.kernel.errors import StewardError

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: reference tables by name, limits, and whom to tell about progress.

    `keep_values` writes, beside the key, the columns that the rules read, as they were.
    """

    tables: Mapping[str, Source | str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    progress: Progress = lambda _text: None
    keep_values: bool = True
    key: tuple[str, ...] = ()


def check(
    rule_set: RuleSet,
    source: Source,
    *,
    now: datetime,
    failures: Path | None = None,
    previous: CheckResult | None = None,
    options: Options | None = None,
) -> CheckResult:
    """Run every rule; a rule that cannot run is reported and the others still do.

    `now` is an aware datetime. `failures` names the Parquet file for failing rows: it appears
    whole or not at all. `previous` is the last result, for rules about change. Raise SourceError
    where the data cannot be read at all, RuleSetError where the key has no such column.
    """
    run = _Run(rule_set, now, options or Options(), previous)
    engine = engine_for(source)
    tables = _tables(rule_set, source, run.options)
    run.options.progress("打开数据")
    with engine.open(source, tables=tables, limits=run.options.limits) as session:
        return run.execute(session, describe(source), failures)


def _tables(rule_set: RuleSet, source: Source, options: Options) -> dict[str, Source | str]:
    """Tables named by the caller win over those of the rule file."""
    tables: dict[str, Source | str] = dict(options.tables)
    for name, location in rule_set.tables.items():
        if name not in tables:
            inside = isinstance(source, TableSource)
            tables[name] = location if inside else open_path(location)
    return tables


@dataclass(slots=True)
class _Run:
    rule_set: RuleSet
    now: datetime
    options: Options
    previous: CheckResult | None
    results: dict[str, RuleResult] = field(default_factory=dict)
    unmarked: list[tuple[Part, int]] = field(default_factory=list)

    def execute(self, session: Session, name: str, failures: Path | None) -> CheckResult:
        keys = self._keys(session)
        parts = self._parts(session, attribute=failures is not None)
        counts = self._scan(session, (parts, keys), failures)
        found = dict(zip((part.rule.id for part in parts.alive), counts.failing, strict=True))
        for part, failing in self.unmarked:
            found[part.rule.id] = failing
        for rule in self.rule_set.rules:
            if rule.id in found:
                status = Status.FAILED if found[rule.id] else Status.PASSED
                self.results[rule.id] = _result(rule, status, failing=found[rule.id])
        return CheckResult(
            rule_set=self.rule_set.name,
            version=self.rule_set.version,
            source=name,
            checked_at=self.now,
            rows=counts.rows,
            rules=tuple(self.results[rule.id] for rule in self.rule_set.rules),
            failing_rows=None if self.unmarked else counts.failing_rows,
            dimensions={} if self.unmarked else counts.dimensions,
            failures=failures,
            notes=session.notes,
        )

    def _keys(self, session: Session) -> tuple[str, ...]:
        schema = session.schema(None)
        try:
            named = self.options.key or self.rule_set.key
            return tuple(resolve_column(name, schema) for name in named) or session.row_key
        except RuleError as error:
            raise RuleSetError(f"主键：{error.message}") from None

    def _context(self, rule: Rule, session: Session) -> Context:
        index = next(i for i, item in enumerate(self.rule_set.rules) if item is rule)
        schema = session.schema(None)
        declared = {
            resolve_column(name, schema): kind
            for name, kind in self.rule_set.columns.items()
            if name.casefold() in {column.casefold() for column in schema}
        }
        before = self.previous
        observed = next((r.observed for r in before.rules if r.id == rule.id), {}) if before else {}
        return Context(
            session,
            f"_r{index}",
            self.now,
            declared,
            when=rule.when,
            previous_rows=before.rows if before else None,
            previous=observed,
        )

    def _parts(self, session: Session, *, attribute: bool) -> "_Parts":
        parts = _Parts()
        for number, rule in enumerate(self.rule_set.rules, start=1):
            self.options.progress(f"准备规则 {number}/{len(self.rule_set.rules)}：{rule.name}")
            with self._reported(rule):
                self._prepare(rule, session, parts, attribute=attribute)
        return parts

    @contextmanager
    def _reported(self, rule: Rule) -> Iterator[None]:
        """One bad rule is one line of the result, not the end of the run."""
        try:
            yield
        except RuleError as error:
            self.results[rule.id] = _result(rule, Status.ERROR, error=error.message)
        except StewardError as error:
            if error.status != 422 or error.code.startswith("rules.source"):
                raise
            self.results[rule.id] = _result(rule, Status.ERROR, error=error.message)

    def _prepare(self, rule: Rule, session: Session, parts: "_Parts", *, attribute: bool) -> None:
        kind = kinds.get(rule.kind)()
        context = self._context(rule, session)
        if isinstance(kind, TableKind):
            self.results[rule.id] = self._table_rule(rule, kind, (session, context))
        elif isinstance(kind, GroupKind):
            self._group_rule(rule, kind, (session, context, parts), attribute=attribute)
        elif isinstance(kind, RowKind):
            part = row_part(rule, kind, context)
            dry_run(session, part)
            parts.alive.append(part)

    def _table_rule(
        self, rule: Rule, kind: TableKind[Any], place: tuple[Session, Context]
    ) -> RuleResult:
        session, context = place
        queries = kind.queries(rule.parameters, context)
        answers = [session.rows(query) for query in queries]
        verdict: Verdict = kind.judge(rule.parameters, answers, context)
        status = Status.PASSED if verdict.passed else Status.FAILED
        return _result(rule, status, observed=verdict.observed, detail=verdict.detail)

    def _group_rule(
        self,
        rule: Rule,
        kind: GroupKind[Any],
        place: "tuple[Session, Context, _Parts]",
        *,
        attribute: bool,
    ) -> None:
        session, context, parts = place
        part = group_part(rule, kind, context)
        if part.probe is not None and session.pays_to_narrow(part.probe):
            part = narrowed(part, session.source())
        probe = part.probe
        if probe is None:
            return
        self.options.progress(f"分组检查：{rule.name}")
        groups = session.groups(f"{context.prefix}c", probe)
        if probe.counted and not attribute:
            (total,) = session.rows(counted_rows(groups))[0]
            self.unmarked.append((part, int(total)))
            return
        held = session.hold(f"{context.prefix}h", groups)
        part = attach(part, held, context.prefix)
        dry_run(session, part)
        parts.alive.append(part)

    def _scan(
        self, session: Session, plan: "tuple[_Parts, tuple[str, ...]]", failures: Path | None
    ) -> Counts:
        """The one pass; where it stops on a row, the rule to blame is found and left out."""
        parts, keys = plan
        self.options.progress(f"扫描数据：{len(parts.alive)} 条规则")
        try:
            return self._once(session, (parts.alive, keys), failures)
        except RuleError as error:
            guilty = [part for part in parts.alive if not self._survives(session, part)]
            if not guilty:
                raise error from None
        parts.alive = [part for part in parts.alive if part not in guilty]
        return self._once(session, (parts.alive, keys), failures)

    def _survives(self, session: Session, part: Part) -> bool:
        with self._reported(part.rule):
            session.rows(Scan(session, [part]).counts())
        return part.rule.id not in self.results

    def _once(
        self, session: Session, plan: tuple[list[Part], tuple[str, ...]], failures: Path | None
    ) -> Counts:
        alive, keys = plan
        if failures is None:
            return count(session.rows(Scan(session, alive).counts()), _dimensions(alive))
        if not keys:
            raise RuleSetError("要保存不合格行，请用 key 指明主键列")
        manifest = self._manifest(alive, keys)
        scan = Scan(session, alive, keys, manifest.values)
        with whole_file(failures) as temporary:
            session.save(scan.failing(), self._target(session, scan, (temporary, manifest)))
            found = read_masks(temporary, scan.masks)
        counts = count(found, _dimensions(alive))
        counts.rows = int(session.rows(_row_count(session))[0][0])
        return counts

    def _manifest(self, alive: Sequence[Part], keys: tuple[str, ...]) -> Manifest:
        read = dict.fromkeys(name for part in alive for name in part.columns)
        values = (
            tuple(name for name in read if name not in keys) if self.options.keep_values else ()
        )
        return Manifest(
            rule_set=self.rule_set.name,
            version=self.rule_set.version,
            checked_at=self.now.isoformat(),
            keys=keys,
            values=values,
            rules=tuple(marked(part, bit) for bit, part in enumerate(alive)),
        )

    def _target(self, session: Session, scan: Scan, place: tuple[Path, Manifest]) -> Target:
        path, manifest = place
        schema = session.schema(None)
        names = dict.fromkeys((*scan.keys, *scan.values))
        types = {name: schema.get(name, DataType.INTEGER) for name in names}
        types |= dict.fromkeys(scan.masks, DataType.INTEGER)
        return Target(path, types, {MANIFEST: manifest.text()})


@dataclass(slots=True)
class _Parts:
    alive: list[Part] = field(default_factory=list)


def dry_run(session: Session, part: Part) -> None:
    """Run one rule alone over a few rows, so that its faults are known by its name."""
    session.rows(Scan(session, [part], source=session.sample()).counts())


def _dimensions(parts: Sequence[Part]) -> list[Dimension]:
    return [part.rule.dimension for part in parts]


def _row_count(session: Session) -> exp.Select:
    rows = exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True)
    return exp.select(rows).from_(exp.alias_(session.source(), "s", table=True))


def _result(rule: Rule, status: Status, **found: Any) -> RuleResult:
    return RuleResult(
        id=rule.id,
        name=rule.name,
        kind=rule.kind,
        dimension=rule.dimension,
        severity=rule.severity,
        version=rule.version,
        fingerprint=rule.fingerprint,
        status=status,
        **found,
    )
