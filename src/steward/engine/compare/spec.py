"""What to compare: keys, columns, normalisers, tolerances and classes of differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from steward.kernel.errors import InvalidError

SUPPLEMENT: Final = "needs_supplement"
VERIFICATION: Final = "needs_verification"
UNCLASSIFIED: Final = "unclassified"
CATEGORY_LABELS: Final = {
    SUPPLEMENT: "待补充",
    VERIFICATION: "待核实",
    UNCLASSIFIED: "未分类",
}
STATUSES: Final = ("only_left", "only_right", "different")
STATUS_LABELS: Final = {
    "only_left": "仅左侧有",
    "only_right": "仅右侧有",
    "different": "两侧不同",
    "same": "两侧相同",
}


class InvalidSpecError(InvalidError):
    """The comparison is described in a way that cannot be carried out."""

    code = "engine.compare.invalid_spec"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One column on both sides, and when two values count as equal.

    `tolerance` is in the unit of the column, `relative` a share of the larger absolute value
    (0.01 is one per cent); either is enough for equality.
    """

    left: str
    right: str
    normalise: tuple[str, ...] = ()
    tolerance: Decimal | None = None
    relative: Decimal | None = None

    @property
    def numeric(self) -> bool:
        """Whether equality is a distance rather than identity."""
        return self.tolerance is not None or self.relative is not None


def pair(text: str, *, normalise: Sequence[str] = ()) -> Pair:
    """A pair from `name` or `left=right`."""
    left, _, right = text.partition("=")
    if not left.strip():
        raise InvalidSpecError(f"列的写法“{text}”无效，应为“列名”或“左列=右列”")
    return Pair(left=left.strip(), right=right.strip() or left.strip(), normalise=tuple(normalise))


@dataclass(frozen=True, kw_only=True)
class ClassRule:
    """The first rule whose conditions all hold gives a difference its category.

    `statuses`: which outcomes; `columns`: at least one of them differs (empty: any);
    `blank`: in every differing column (of `columns`, if given) this side has no value.
    """

    category: str
    statuses: tuple[str, ...] = STATUSES
    columns: tuple[str, ...] = ()
    blank: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.statuses) - set(STATUSES):
            raise InvalidSpecError(f"分类条件的状态无效：{'、'.join(sorted(unknown))}")
        if self.blank not in {"", "left", "right"}:
            raise InvalidSpecError(f"分类条件 blank 只能是 left 或 right，不能是“{self.blank}”")


DEFAULT_CLASSES: Final = (
    ClassRule(category=SUPPLEMENT, statuses=("only_right",), reason="左侧缺少整条记录"),
    ClassRule(category=VERIFICATION, statuses=("only_left",), reason="右侧查无此记录"),
    ClassRule(category=SUPPLEMENT, statuses=("different",), blank="left", reason="左侧缺值"),
    ClassRule(category=VERIFICATION, statuses=("different",), reason="两侧取值不一致"),
)


@dataclass(frozen=True, kw_only=True)
class CompareSpec:
    """A comparison; `columns` empty means every column that both sides have, by name.

    The left side is the one to be kept right (ours), the right side the reference: the default
    classes ask to supplement what the left lacks and to verify the rest (clause K15.3).
    """

    keys: tuple[Pair, ...]
    columns: tuple[Pair, ...] = ()
    ignore: frozenset[str] = frozenset()
    normalise: tuple[str, ...] = ()
    classes: tuple[ClassRule, ...] = DEFAULT_CLASSES
    overrides: Mapping[str, Pair] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.keys:
            raise InvalidSpecError("比对至少需要一个关键字列（--key）")


def class_rules(raw: object) -> tuple[ClassRule, ...]:
    """Rules of classification from parsed YAML or JSON: a list of mappings."""
    if not isinstance(raw, list):
        raise InvalidSpecError("分类规则应为列表")
    return tuple(_class_rule(number, entry) for number, entry in enumerate(raw, start=1))


def _class_rule(number: int, entry: object) -> ClassRule:
    known = {"category", "statuses", "columns", "blank", "reason"}
    if not isinstance(entry, dict) or "category" not in entry:
        raise InvalidSpecError(f"第 {number} 条分类规则缺少 category")
    if unknown := set(entry) - known:
        raise InvalidSpecError(f"第 {number} 条分类规则有不认识的项：{'、'.join(sorted(unknown))}")
    labels = {label: code for code, label in CATEGORY_LABELS.items()}
    category = str(entry["category"])
    return ClassRule(
        category=labels.get(category, category),
        statuses=tuple(entry.get("statuses") or STATUSES),
        columns=tuple(entry.get("columns") or ()),
        blank=str(entry.get("blank") or ""),
        reason=str(entry.get("reason") or ""),
    )


def tolerance(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Absolute and relative tolerance from `0.01` or `1%`."""
    try:
        if text.endswith("%"):
            share = Decimal(text[:-1]) / 100
            return None, _not_negative(share, text)
        return _not_negative(Decimal(text), text), None
    except InvalidOperation:
        raise InvalidSpecError(f"容差“{text}”不是数字，应如 0.01 或 1%") from None


def _not_negative(value: Decimal, text: str) -> Decimal:
    if not value.is_finite() or value < 0:
        raise InvalidSpecError(f"容差“{text}”不能为负数或无穷大")
    return value
