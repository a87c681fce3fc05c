"""What is matched: fields, which rows may be candidates, and from what probability on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from steward.engine.compare.matching.fields import KINDS, FieldKind
from steward.engine.compare.spec import InvalidSpecError

PRESETS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "people": ("人员", ("name", "citizen_id", "birth_date", "phone", "gender", "address")),
    "addresses": ("地址", ("address", "name", "phone")),
}
_TOP: Final = ("fields", "blocking", "certain", "thresholds", "seed", "max_pairs")
_FIELD: Final = ("name", "kind", "left", "right")
_BLOCKING: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "people": (
        ("citizen_id",),
        ("name", "birth_date"),
        ("phone", "name:1"),
        ("birth_date", "phone"),
        ("citizen_id:10", "name:1"),
        ("citizen_id:-7", "name:1"),
        ("name", "address.numbers"),
        ("name", "phone:-4"),
        ("birth_date", "address.numbers"),
        ("name", "citizen_id:6"),
    ),
    "addresses": (
        ("address",),
        ("address.numbers", "address.words:-2"),
        ("address.numbers", "address.words:2"),
        ("address.words",),
        ("name", "address.numbers"),
        ("phone", "address.numbers"),
    ),
}
_CERTAIN: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "people": (("citizen_id",), ("name", "birth_date"), ("name", "phone"), ("name", "address")),
    "addresses": (("address",),),
}


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field: its name in results, its kind, and the column of each side."""

    name: str
    kind: FieldKind
    left: str
    right: str


@dataclass(frozen=True, kw_only=True)
class Key:
    """A part of a blocking rule: a field, a derived part of it, and its first or last letters."""

    field: int
    part: str = ""
    letters: int = 0

    def sql(self) -> str:
        """Over the prepared tables."""
        column = f'"f{self.field}_{self.part}"' if self.part else f'"f{self.field}"'
        if not self.letters:
            return f"nullif({column}, '')" if self.part else column
        cut = "left" if self.letters > 0 else "right"
        size = abs(self.letters)
        return f"CASE WHEN length({column}) >= {size} THEN {cut}({column}, {size}) END"


Block = tuple[Key, ...]


@dataclass(frozen=True, kw_only=True)
class MatchSpec:
    """A matching. `blocking`: rows that agree in all keys of any of these are candidates;
    `certain`: rows that agree there are taken as true pairs to learn how common those are.
    """

    fields: tuple[FieldSpec, ...]
    blocking: tuple[Block, ...]
    certain: tuple[Block, ...]
    match: float = 0.95
    possible: float = 0.5
    seed: int = 20_261_121
    max_pairs: int = 50_000_000

    def words(self, block: Block) -> str:
        """A blocking rule for people."""
        return "＋".join(self._word(key) for key in block)

    def _word(self, key: Key) -> str:
        name = self.fields[key.field].name
        part = {"": "", "numbers": "的门牌", "words": "的路名"}[key.part]
        if not key.letters:
            return name + part
        end = "前" if key.letters > 0 else "后"
        return f"{name}{part}{end}{abs(key.letters)}位"


def matching_for(text: str, left: Sequence[str], right: Sequence[str]) -> MatchSpec:
    """The matching that `--match` names: `people`, `addresses` or a YAML file.

    `left` and `right` are the columns of the two sides; a preset finds its fields among them by
    their usual names. InvalidSpecError names what is wrong and the way out.
    """
    if text in PRESETS:
        return _preset(text, left, right)
    path = Path(text)
    if not path.exists():
        raise InvalidSpecError(
            f"--match 只能是 people（人员）、addresses（地址）或配对规则文件，没有文件“{text}”"
        )
    try:
        raw = YAML(typ="safe").load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise InvalidSpecError(f"配对规则文件“{text}”打不开或不是 UTF-8") from None
    except YAMLError as error:
        reason = str(error).splitlines()[0]
        raise InvalidSpecError(f"配对规则文件“{text}”写法有误：{reason}") from None
    return match_spec(raw, left, right)


def match_spec(raw: object, left: Sequence[str], right: Sequence[str]) -> MatchSpec:
    """A matching from parsed YAML or JSON."""
    document = _mapping(raw, "配对规则", _TOP)
    fields = tuple(
        _field(number, entry) for number, entry in enumerate(_list(document, "fields"), start=1)
    )
    if not fields:
        raise InvalidSpecError("配对规则缺少 fields：至少写一个参与配对的字段")
    for item in fields:
        _must_have(item.left, left, "左侧")
        _must_have(item.right, right, "右侧")
    limits = _mapping(document.get("thresholds") or {}, "thresholds", ("match", "possible"))
    match = _share(limits.get("match", 0.95), "match")
    possible = _share(limits.get("possible", min(0.5, match)), "possible")
    if possible > match:
        raise InvalidSpecError(f"thresholds：possible（{possible}）不能大于 match（{match}）")
    blocking = tuple(_block(fields, entry, "blocking") for entry in _list(document, "blocking"))
    certain = tuple(_block(fields, entry, "certain") for entry in _list(document, "certain"))
    return MatchSpec(
        fields=fields,
        blocking=blocking or _suitable(fields, [b for g in _BLOCKING.values() for b in g]),
        certain=certain or _suitable(fields, [b for g in _CERTAIN.values() for b in g]),
        match=match,
        possible=possible,
        seed=_whole(document.get("seed", 20_261_121), "seed"),
        max_pairs=_whole(document.get("max_pairs", 50_000_000), "max_pairs"),
    )


def _preset(code: str, left: Sequence[str], right: Sequence[str]) -> MatchSpec:
    label, wanted = PRESETS[code]
    found = []
    for kind in (KINDS[item] for item in wanted):
        columns = (_guess(kind, left), _guess(kind, right))
        if columns[0] and columns[1]:
            found.append(FieldSpec(name=kind.label, kind=kind, left=columns[0], right=columns[1]))
    fields = tuple(found)
    needed = 2 if code == "people" else 1
    if len(fields) < needed or (code == "addresses" and fields[0].kind.code != "address"):
        usual = "；".join(
            f"{KINDS[item].label}：{'、'.join(KINDS[item].guesses[:4])}" for item in wanted
        )
        raise InvalidSpecError(
            f"按列名没有认出足够的{label}字段（认出：{'、'.join(f.name for f in fields) or '无'}）。"
            f"两侧都要有的列名如 {usual}；列名不同时请写配对规则文件，指明 fields 的 left 和 right"
        )
    return MatchSpec(
        fields=fields,
        blocking=_suitable(fields, _BLOCKING[code]),
        certain=_suitable(fields, _CERTAIN[code]),
    )


def _guess(kind: FieldKind, columns: Sequence[str]) -> str:
    folded = {name.casefold().replace("_", ""): name for name in reversed(columns)}
    for guess in kind.guesses:
        if found := folded.get(guess.replace("_", "")):
            return found
    return ""


def _suitable(fields: tuple[FieldSpec, ...], blocks: Iterable[Sequence[str]]) -> tuple[Block, ...]:
    """The usual rules whose kinds of fields are all there; else all fields together."""
    places = {item.kind.code: index for index, item in reversed(list(enumerate(fields)))}
    found: dict[Block, None] = {}
    for block in blocks:
        parts = [_parts(text) for text in block]
        if all(code in places for code, _, _ in parts):
            keys = [Key(field=places[c], part=part, letters=size) for c, part, size in parts]
            found[tuple(keys)] = None
    single = tuple((Key(field=index),) for index in range(len(fields)))
    return tuple(found) or single


def _parts(text: str) -> tuple[str, str, int]:
    """`address.numbers:-4` → address, numbers, -4."""
    name, _, size = text.partition(":")
    code, _, part = name.partition(".")
    return code.strip(), part.strip(), int(size) if size else 0


def _block(fields: tuple[FieldSpec, ...], entry: object, place: str) -> Block:
    items = [entry] if isinstance(entry, str) else entry
    if not isinstance(items, list) or not items:
        raise InvalidSpecError(f"{place} 的每一项应为字段的列表，如 [姓名, 出生日期]")
    return tuple(_key(fields, str(item), place) for item in items)


def _key(fields: tuple[FieldSpec, ...], text: str, place: str) -> Key:
    names = {item.name: index for index, item in enumerate(fields)}
    try:
        name, part, size = _parts(text)
    except ValueError:
        raise InvalidSpecError(f"{place} 中“{text}”冒号后应为位数，如 姓名:1、手机号:-4") from None
    if name not in names:
        raise InvalidSpecError(
            f"{place} 中“{text}”不是已定义的字段，可用：{'、'.join(names)}", field=name
        )
    usable = [known for known in fields[names[name]].kind.parts if known != "grams"]
    if part and part not in usable:
        raise InvalidSpecError(
            f"{place} 中“{text}”没有部分“{part}”，可用：{'、'.join(usable) or '无'}"
        )
    return Key(field=names[name], part=part, letters=size)


def _field(number: int, entry: object) -> FieldSpec:
    place = f"第 {number} 个字段"
    item = _mapping(entry, place, _FIELD)
    code = str(item.get("kind", ""))
    if code not in KINDS:
        known = "、".join(f"{kind.code}（{kind.label}）" for kind in KINDS.values())
        raise InvalidSpecError(f"{place}的 kind“{code}”无效，可用：{known}")
    name = str(item.get("name") or item.get("left") or "")
    if not name:
        raise InvalidSpecError(f"{place}缺少 name（两侧列名不同时再写 left 和 right）")
    return FieldSpec(
        name=name,
        kind=KINDS[code],
        left=str(item.get("left") or name),
        right=str(item.get("right") or item.get("left") or name),
    )


def _mapping(raw: object, place: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise InvalidSpecError(f"{place}应为映射，可含：{'、'.join(known)}")
    if unknown := [str(key) for key in raw if key not in known]:
        raise InvalidSpecError(
            f"{place}有不认识的项：{'、'.join(unknown)}；可用：{'、'.join(known)}"
        )
    return raw


def _list(document: Mapping[str, Any], key: str) -> list[Any]:
    value = document.get(key) or []
    if not isinstance(value, list):
        raise InvalidSpecError(f"配对规则的 {key} 应为列表")
    return value


def _share(value: object, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1:
        return float(value)
    raise InvalidSpecError(f"thresholds 的 {name} 应为 0 与 1 之间的概率，现在是“{value}”")


def _whole(value: object, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise InvalidSpecError(f"配对规则的 {name} 应为正整数，现在是“{value}”")


def _must_have(name: str, columns: Sequence[str], side: str) -> None:
    if name not in columns:
        raise InvalidSpecError(
            f"{side}数据中没有列“{name}”；已有列：{'、'.join(columns)}", column=name
        )
