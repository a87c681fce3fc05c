"""The steps of cleaning: each is one SQL expression over a text, or one about the whole table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from steward.engine.lake.duck import ident, literal
from steward.kernel.errors import InvalidError

_WIDE: Final = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_NARROW: Final = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_BLANKS: Final = " \t\r\n\u00a0\u3000"
_DATES: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
MOST_CODES: Final = 2000


class InvalidStepError(InvalidError):
    """A step that cannot be carried out."""

    code = "quality.invalid_step"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step; `sql(text, step)` gives the cleaned text. `needs` names its options."""

    code: str
    label: str
    words: str
    sql: Callable[[str, Mapping[str, Any]], str] | None
    needs: tuple[str, ...] = ()


def _trim(text: str, step: Mapping[str, Any]) -> str:
    del step
    return f"nullif(trim({text}, {literal(_BLANKS)}), '')"


def _case(text: str, step: Mapping[str, Any]) -> str:
    return f"{'upper' if step['to'] == 'upper' else 'lower'}({text})"


def _narrow(text: str, step: Mapping[str, Any]) -> str:
    del step
    return f"translate({text}, {literal(_WIDE)}, {literal(_NARROW)})"


def _codes(text: str, step: Mapping[str, Any]) -> str:
    cases = " ".join(
        f"WHEN {literal(str(old))} THEN {literal(str(new))}" for old, new in step["codes"].items()
    )
    return f"CASE {text} {cases} ELSE {text} END"


def _date(text: str, step: Mapping[str, Any]) -> str:
    del step
    tried = ", ".join(f"try_strptime({text}, {literal(form)})" for form in _DATES)
    return f"coalesce(strftime(coalesce({tried}), '%Y-%m-%d'), {text})"


def _address(text: str, step: Mapping[str, Any]) -> str:
    """Blanks out, full width to half, one word for each level, the province and city in front."""
    plain = (
        f"regexp_replace(translate({text}, {literal(_WIDE)}, {literal(_NARROW)}), '\\s', '', 'g')"
    )
    plain = f"regexp_replace({plain}, '([0-9]+)(号楼|栋|座)', '\\1幢', 'g')"
    plain = f"regexp_replace({plain}, '([0-9]+)(门|单)(元)?([0-9])', '\\1单元\\4', 'g')"
    plain = f"regexp_replace({plain}, '([0-9]+)(房|户)$', '\\1室')"
    prefix = str(step.get("prefix", "")).strip()
    if not prefix:
        return plain
    return (
        f"CASE WHEN {plain} = '' OR {plain} IS NULL OR starts_with({plain}, {literal(prefix)}) "
        f"THEN {plain} ELSE {literal(prefix)} || {plain} END"
    )


KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind("trim", "去空白", "去掉两端空白（含全角空格），只有空白的变为空", _trim),
        Kind("case", "大小写", "全部变为大写或小写", _case, ("to",)),
        Kind("narrow", "全角转半角", "全角字母、数字、标点变为半角", _narrow),
        Kind("codes", "代码对照", "按对照表换成标准代码，表中没有的不变", _codes, ("codes",)),
        Kind("date", "日期格式", "各种写法变为 2026-01-31，认不出的不变", _date),
        Kind("address", "地址规范", "去空白、统一幢/单元/室，可补省市县前缀", _address),
        Kind(
            "dedupe", "去重", "按指定列判重，按排序列留一行，空的单元格由被并入的行补上", None,
            ("by",),
        ),
    )
}  # fmt: skip


def checked(steps: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The steps as they are kept; InvalidStepError names the step by its place from 1."""
    if not steps:
        raise InvalidStepError("请至少写一步")
    found = []
    for number, step in enumerate(steps, start=1):
        try:
            found.append(_one(step, columns))
        except InvalidStepError as error:
            raise InvalidStepError(f"第 {number} 步：{error.message}") from None
    if [step["kind"] for step in found].count("dedupe") > 1:
        raise InvalidStepError("去重只能有一步，请写全判重的列")
    return found


def _one(step: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    kind = KINDS.get(str(step.get("kind", "")))
    if kind is None:
        known = "、".join(f"{item.code}（{item.label}）" for item in KINDS.values())
        raise InvalidStepError(f"没有步骤“{step.get('kind')}”，可用：{known}")
    if missing := [name for name in kind.needs if not step.get(name)]:
        raise InvalidStepError(f"“{kind.label}”缺少 {missing[0]}")
    named = _names(step)
    if unknown := [name for name in named if name not in columns]:
        raise InvalidStepError(f"表里没有列“{unknown[0]}”；已有列：{'、'.join(columns)}")
    if kind.code == "case" and step["to"] not in ("upper", "lower"):
        raise InvalidStepError("to 写 upper（大写）或 lower（小写）")
    codes = step.get("codes")
    if kind.code == "codes" and not (isinstance(codes, Mapping) and len(codes) <= MOST_CODES):
        raise InvalidStepError(f"codes 写“原值: 新值”的对照，至多 {MOST_CODES} 个")
    return dict(step)


def _names(step: Mapping[str, Any]) -> list[str]:
    if step.get("kind") != "dedupe":
        return [str(step.get("column", ""))]
    order = [str(name).lstrip("-") for name in step.get("order", [])]
    return [*map(str, step["by"]), *order]


def order_by(step: Mapping[str, Any], keys: Sequence[str]) -> str:
    """The order of survivorship: “-更新时间” is newest first; the key decides what is left."""
    parts = []
    for name in map(str, step.get("order", [])):
        way = "DESC" if name.startswith("-") else "ASC"
        parts.append(f"{ident(name.lstrip('-'))} {way} NULLS LAST")
    return ", ".join([*parts, *(f"{ident(key)} ASC" for key in keys)])
