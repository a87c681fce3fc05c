"""Cross-checks of the general terms: dates, formula, quotes, grades that can be reached."""

import re
from datetime import timedelta

from steward.contracts.packs.document import Pack
from steward.contracts.packs.problems import Path
from steward.contracts.packs.walking import source_paths
from steward.contracts.packs.yamltree import YamlTree

QUOTE_LENGTH = 80
"""A quote is the contract's own short words, not a copy of the contract."""

_ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_AFTER_TERM = timedelta(days=366)
_ENTERED_GRADE = "C"


def check_terms(pack: Pack, tree: YamlTree) -> None:
    """What is said beside table and SLA; see the single checks."""
    _names(pack, tree)
    _dates(pack, tree)
    _formula(pack, tree)
    _caps(pack, tree)
    _endings(pack, tree)
    _grades(pack, tree)
    _quotes(tree)


def _names(pack: Pack, tree: YamlTree) -> None:
    """The code is part of addresses; lists hold names of a certain length."""
    if not _ADDRESS.fullmatch(pack.code):
        tree.problem(
            ("code",), "合同编码只能用小写字母、数字和横线，最多 40 个字符", value=pack.code
        )
    names: list[tuple[Path, str, int]] = [(("title",), pack.title, 100)]
    names += [(("parties", n, "name"), party.name, 200) for n, party in enumerate(pack.parties)]
    names += [(("sla", n, "title"), rule.title, 120) for n, rule in enumerate(pack.sla)]
    for path, name, longest in names:
        if len(name) > longest:
            tree.problem(path, f"太长，最多 {longest} 字", value=f"{name[:20]}……")


def _dates(pack: Pack, tree: YamlTree) -> None:
    if not pack.period.start <= pack.version.effective < pack.period.end:
        tree.problem(("version", "effective"), "生效日须在合同期内", value=pack.version.effective)
    last = pack.period.end + _AFTER_TERM
    for n, stage in enumerate(pack.payment.stages):
        day = stage.due_date
        if day is not None and not pack.period.start <= day < last:
            tree.problem(
                ("payment", "stages", n, "due_date"),
                f"付款日期须在合同期内，或不晚于期满后一年（{last - timedelta(days=1)}）",
                value=day,
            )


def _formula(pack: Pack, tree: YamlTree) -> None:
    formula, path = pack.payment.formula, ("payment", "formula")
    if formula.kind == "threshold" and pack.assessment is None:
        tree.problem((*path, "kind"), "按得分付款（threshold）须有考核表 assessment")
    elif formula.kind == "fixed" and pack.assessment is not None:
        tree.hint((*path, "kind"), "有考核表而付款不随得分变化（fixed），请核对付款条款")
    if pack.assessment and formula.full_at and formula.full_at > pack.assessment.maximum:
        tree.problem(
            (*path, "full_at"),
            f"全额线不能高于满分 {pack.assessment.maximum}",
            value=formula.full_at,
        )


def _caps(pack: Pack, tree: YamlTree) -> None:
    for n, penalty in enumerate(pack.penalties):
        if penalty.cap is not None and penalty.rate > penalty.cap:
            tree.problem(
                ("penalties", n, "cap"),
                f"上限低于单次比例 {penalty.rate}，第一次就超过上限",
                value=penalty.cap,
            )


def _endings(pack: Pack, tree: YamlTree) -> None:
    for n, right in enumerate(pack.rights_to_end):
        if right.after is None and "after_unit" in right.model_fields_set:
            tree.problem(
                ("rights_to_end", n, "after_unit"), "写了单位，还须写 after（满多少日可以终止）"
            )


def _grades(pack: Pack, tree: YamlTree) -> None:
    """What nobody measures can only be entered, at grade C: a stronger demand is never met."""
    for source, grade, path in source_paths(pack):
        if source.planned and grade < _ENTERED_GRADE:
            tree.problem(
                (*path, "planned"),
                f"尚未提供的取数只能由评审人核定（证据等级 {_ENTERED_GRADE}），"
                f"达不到要求的 {grade}，将永远没有数据",
                value="true",
            )


def _quotes(tree: YamlTree) -> None:
    for path in list(tree.places):
        if path and path[-1] == "quote":
            _quote(tree, path)


def _quote(tree: YamlTree, path: Path) -> None:
    words = tree.at(path)
    if isinstance(words, str) and len(words) > QUOTE_LENGTH:
        tree.problem(
            path,
            f"引文 {len(words)} 字，最多 {QUOTE_LENGTH} 字；请摘最要紧的原句，省略处写“……”",
            value=f"{words[:20]}……",
        )
