"""Rule files as packs: read whole, and compared rule by rule with what the library has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from steward.data.quality.choices import VersionState
from steward.data.quality.definitions import InvalidRuleError, plain_of, words_of
from steward.data.quality.models import LibraryRule, PackVersion, RulePack, RuleVersion
from steward.engine.rules import RuleSetError, parse_rules

NEW, CHANGED, SAME, GONE = "new", "changed", "same", "gone"
LABELS: Final = {NEW: "新增", CHANGED: "修改", SAME: "不变", GONE: "取消"}
MOST_RULES: Final = 200


@dataclass(frozen=True, slots=True)
class PackRule:
    """One rule of a file: its id there, its name, and the definition as the library keeps it."""

    id: str
    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A rule file: `columns` types of text columns, `tables` the file's names of other tables."""

    name: str
    version: str
    key: tuple[str, ...]
    columns: dict[str, str]
    tables: dict[str, str]
    rules: tuple[PackRule, ...]


NOTHING: Final = PackRule("", "", {})


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule of a pack against what is in force; `is_local`: that was revised by hand."""

    id: str
    kind: str
    wanted: PackRule = NOTHING
    rule: LibraryRule | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    is_local: bool = False

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def is_gone(self) -> bool:
        return self.kind == GONE

    @property
    def name(self) -> str:
        return self.wanted.name or (self.rule.name if self.rule is not None else self.id)

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What differs: label, before, after; for a new or cancelled rule the one side."""
        old = dict(words_of(self.before)) if self.before else {}
        new = dict(words_of(self.wanted.definition)) if self.wanted.definition else {}
        if self.rule is not None and self.wanted.name and self.rule.name != self.wanted.name:
            old, new = {"名称": self.rule.name, **old}, {"名称": self.wanted.name, **new}
        return [
            (label, old.get(label, ""), new.get(label, ""))
            for label in dict.fromkeys([*old, *new])
            if old.get(label) != new.get(label)
        ]


def plain_text(text: str) -> str:
    """A file's text with one kind of line end, as it is kept and compared; a browser has its own."""
    return "\n".join(text.splitlines()).strip("\n") + "\n"


def read_pack(text: str) -> PackFile:
    """A rule file as a pack; InvalidRuleError with line and column of every fault."""
    try:
        found = parse_rules(text, origin="规则文件")
    except RuleSetError as error:
        raise InvalidRuleError(error.message, field="text") from None
    if len(found.rules) > MOST_RULES:
        raise InvalidRuleError(f"一个规则包至多 {MOST_RULES} 条规则，请拆开", field="text")
    rules = tuple(PackRule(rule.id, rule.name[:120], plain_of(rule)) for rule in found.rules)
    return PackFile(
        name=found.name,
        version=found.version,
        key=found.key,
        columns={name: kind.value for name, kind in found.columns.items()},
        tables=dict(found.tables),
        rules=rules,
    )


def changes_of(pack: RulePack, wanted: PackFile) -> list[RuleChange]:
    """Every rule of the file, then those in force that it no longer has."""
    rules = {rule.pack_rule: rule for rule in LibraryRule.objects.filter(pack=pack)}
    newest = approved_versions([rule.pk for rule in rules.values()])
    found = [_change(item, rules.get(item.id), newest) for item in wanted.rules]
    there = {item.id for item in wanted.rules}
    gone = [
        RuleChange(name, GONE, rule=rule, before=newest[rule.pk].definition)
        for name, rule in rules.items()
        if name not in there and not rule.is_retired and rule.pk in newest
    ]
    return found + gone


def approved_versions(rules: list[int]) -> dict[int, RuleVersion]:
    """Rule → its newest approved version."""
    rows = RuleVersion.objects.filter(rule__in=rules, state=VersionState.APPROVED)
    return {row.rule_id: row for row in rows.order_by("number")}


def _change(
    wanted: PackRule, rule: LibraryRule | None, newest: Mapping[int, RuleVersion]
) -> RuleChange:
    held = newest.get(rule.pk) if rule is not None else None
    if rule is None or held is None:
        return RuleChange(wanted.id, NEW, wanted, rule)
    same = held.definition == wanted.definition and rule.name == wanted.name
    kind = SAME if same and not rule.is_retired else CHANGED
    return RuleChange(
        wanted.id, kind, wanted, rule, held.definition, is_local=held.pack_version_id is None
    )


def changes_in(version: PackVersion) -> list[RuleChange]:
    """What an edition changes, as it was when it came; for one that is decided, against the
    editions before it."""
    if version.state in (VersionState.DRAFT, VersionState.REVIEW):
        return changes_of(version.pack, read_pack(version.text))
    return _decided(version)


def _decided(version: PackVersion) -> list[RuleChange]:
    rules = {rule.pack_rule: rule for rule in LibraryRule.objects.filter(pack=version.pack)}
    own = {row.rule_id: row for row in version.rule_versions.all()}
    earlier: dict[int, RuleVersion] = {}
    rows = RuleVersion.objects.filter(rule__pack=version.pack, state=VersionState.APPROVED)
    for row in rows.order_by("number"):
        limit = own[row.rule_id].number if row.rule_id in own else None
        if limit is None or row.number < limit:
            earlier[row.rule_id] = row
    wanted = {item.id: item for item in read_pack(version.text).rules}
    found = []
    for name, kind in version.changes.items():
        rule = rules.get(name)
        held = earlier.get(rule.pk) if rule is not None else None
        found.append(
            RuleChange(
                name,
                kind,
                wanted.get(name, NOTHING),
                rule,
                held.definition if held is not None and kind != NEW else {},
            )
        )
    return found
