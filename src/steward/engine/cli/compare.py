"""`steward compare A B --key K`: two tables by key, for people and for CI.

Exit codes: 0 equal, 1 different, 2 it did not run.
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import duckdb
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from steward.engine.cli._terminal import DONE, FINDINGS, Progress, guarded, table
from steward.engine.compare.matching.spec import matching_for
from steward.engine.compare.result import Comparison
from steward.engine.compare.run import compare
from steward.engine.compare.spec import (
    CATEGORY_LABELS,
    DEFAULT_CLASSES,
    ClassRule,
    CompareSpec,
    InvalidSpecError,
    Pair,
    class_rules,
    pair,
    tolerance,
)
from steward.engine.connectors.base import open_connector
from steward.engine.connectors.datasets import opened
from steward.engine.connectors.rejects import Rejects
from steward.engine.lake.duck import Limits, columns_of, open_session

_EPILOG = """例：
  steward compare 我方.parquet 省回流.csv --key 身份证号=idcard --normalise trim,full_width
  steward compare 户籍.csv 参保.xlsx --match people --output 差异
  steward compare 'lake:///湖#ods.person' 'postgresql://用户:${PW}@主机/库#rk' --key id \\
      --column-normalise 地址=address --tolerance 面积=0.01 --output 差异
退出码：0 两侧一致；1 有差异；2 没有比对成。"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the program; the parser's default `run` carries it out."""
    parser = subparsers.add_parser(
        "compare",
        help="比对两份数据",
        description="按关键字（--key）或按概率配对（--match）比对两份数据："
        "仅左有、仅右有、不同（哪些列）、相同，计数精确。",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("left", metavar="左", help="文件、数据库表、数据湖表；“我方”数据")
    parser.add_argument("right", metavar="右", help="同上；作为参照的数据")
    parser.add_argument(
        "--key", metavar="列[=右列],…", action="append", default=[], help="关键字列，可多列"
    )
    parser.add_argument(
        "--match",
        metavar="people|addresses|文件",
        help="没有关键字时按概率配对：people 人员、addresses 地址（按常见列名认出字段），"
        "或配对规则文件（YAML）",
    )
    parser.add_argument("--columns", metavar="列[=右列],…", default="", help="比对的列；默认同名列")
    parser.add_argument("--ignore", metavar="列,…", default="", help="不比对的列")
    parser.add_argument(
        "--normalise", metavar="方法,…", default="", help="所有文字列：trim、full_width、case 等"
    )
    parser.add_argument(
        "--column-normalise",
        metavar="列=方法,…",
        action="append",
        default=[],
        help="某一列的规范化：date、number、address、spaces、blank 等",
    )
    parser.add_argument(
        "--tolerance",
        metavar="列=数",
        action="append",
        default=[],
        help="数值容差，如 面积=0.01 或 1%%",
    )
    parser.add_argument("--classes", metavar="文件", help="差异分类规则（YAML 或 JSON）")
    parser.add_argument("--output", metavar="目录", help="把差异明细写成 Parquet 存到此目录")
    parser.add_argument("--keep-bad", action="store_true", help="读不懂的行计数后跳过")
    parser.add_argument("--memory", metavar="上限", default="1GB", help="内存上限，默认 1GB")
    parser.add_argument("--json", action="store_true", help="在标准输出给出 JSON 结果")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out the command."""
    return guarded(lambda progress: _run(args, progress))


def _run(args: argparse.Namespace, progress: Progress) -> int:
    if bool(args.key) == bool(args.match):
        raise InvalidSpecError(
            "请用 --key 指明关键字列；没有关键字时改用 --match 按概率配对（两者只用一个）"
        )
    _spec(args)
    rejects = Rejects(keep=args.keep_bad)
    sides = [open_connector(text, rejects=rejects) for text in (args.left, args.right)]
    output = None if args.output is None else Path(args.output)
    with open_session(Limits(memory=args.memory)) as session:
        progress.step("读取左侧数据")
        with opened(session, sides[0]) as left:
            progress.step("读取右侧数据")
            with opened(session, sides[1]) as right:
                work = _Work(session, (left.relation, right.relation), output, progress.step)
                found = work.matched(args) if args.match else work.compared(_spec(args))
                warnings = [*left.warnings, *right.warnings, *found.notes]
    progress.clear()
    if args.json:
        extra = {"rejected": rejects.count, "warnings": warnings}
        sys.stdout.write(json.dumps(found.plain | extra, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n\n".join([*found.first, report(found.comparison)]))
        for text in _notes(rejects, warnings):
            sys.stderr.write(f"注意：{text}\n")
    return DONE if found.equal and not rejects.count else FINDINGS


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Found:
    """What either way of comparing gives to show."""

    comparison: Comparison
    plain: dict[str, object]
    equal: bool
    first: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class _Work:
    """Two relations that are open."""

    session: duckdb.DuckDBPyConnection
    relations: tuple[str, str]
    output: Path | None
    progress: Callable[[str], None]

    def compared(self, spec: CompareSpec) -> _Found:
        """By key."""
        found = compare(
            self.session, self.relations, spec, output=self.output, progress=self.progress
        )
        return _Found(comparison=found, plain=found.as_json(), equal=found.equal)

    def matched(self, args: argparse.Namespace) -> _Found:
        """By probability; Splink is loaded here and not before."""
        left, right = (list(columns_of(self.session, name)) for name in self.relations)
        spec = matching_for(args.match, left, right)
        matching = import_module("steward.engine.compare.matching.run")
        found = matching.match(
            self.session,
            self.relations,
            spec,
            compared=_spec(args),
            output=self.output,
            progress=self.progress,
        )
        fields = "、".join(
            item.name if item.left == item.right else f"{item.name}（{item.left}={item.right}）"
            for item in spec.fields
        )
        rows = [
            (f"配对（概率 {spec.match:g} 以上）", found.pairs["match"]),
            (f"疑似，待人工核实（{spec.possible:g} 以上）", found.pairs["possible"]),
            ("另有更优配对而未取", found.pairs["outbid"]),
            ("一侧有多行像同一个的组", found.clusters),
        ]
        return _Found(
            comparison=found.comparison,
            plain=found.as_json(),
            equal=found.comparison.equal and not found.pairs["possible"],
            first=(f"配对所用字段：{fields}", table(("按概率配对", "数量"), rows)),
            notes=found.notes,
        )


def report(found: Comparison) -> str:
    """The result for people."""
    rows: list[tuple[str, object, object]] = [
        ("行数", found.left.rows, found.right.rows),
        ("两侧相同", found.same, found.same),
        ("两侧不同", found.different, found.different),
        ("仅此侧有", found.left.only, found.right.only),
        ("关键字重复的行", found.left.duplicate_key_rows, found.right.duplicate_key_rows),
        ("关键字为空的行", found.left.null_key_rows, found.right.null_key_rows),
    ]
    parts = [table(("", "左侧", "右侧"), rows)]
    differing: list[tuple[str, int]] = [
        (name, count) for name, count in found.columns.items() if count
    ]
    if differing:
        parts.append(table(("列", "不同的行数"), _most_first(differing)))
    if found.categories:
        labels = [(CATEGORY_LABELS.get(c, c), n) for c, n in sorted(found.categories.items())]
        parts.append(table(("处理意见", "行数"), labels))
    if found.left_only_columns or found.right_only_columns:
        parts.append(
            f"仅左侧有的列：{'、'.join(found.left_only_columns) or '无'}；"
            f"仅右侧有的列：{'、'.join(found.right_only_columns) or '无'}（未比对）"
        )
    parts += [f"明细：{path}" for path in found.files.values()]
    parts.append("结论：两侧一致" if found.equal else "结论：两侧有差异")
    return "\n\n".join(parts) + "\n"


def _most_first(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda item: -item[1])


def _notes(rejects: Rejects, warnings: list[str]) -> list[str]:
    bad = [f"跳过读不懂的 {rejects.count} 行，首个：{rejects.first[0]}"] if rejects.count else []
    return bad + warnings


def _spec(args: argparse.Namespace) -> CompareSpec:
    overrides: dict[str, Pair] = {}
    columns = {item.left: item for item in map(pair, _names([args.columns]))}
    for item in args.column_normalise:
        name, value = _setting(item, "--column-normalise")
        known = overrides.get(name) or columns.get(name) or pair(name)
        overrides[name] = dataclasses.replace(known, normalise=tuple(_names([value])))
    for item in args.tolerance:
        name, value = _setting(item, "--tolerance")
        known = overrides.get(name) or columns.get(name) or pair(name)
        absolute, relative = tolerance(value)
        overrides[name] = dataclasses.replace(known, tolerance=absolute, relative=relative)
    keys = [overrides.pop(item.left, item) for item in map(pair, _names(args.key))]
    if args.match:
        keys = [pair("_match")]
    return CompareSpec(
        keys=tuple(keys),
        columns=tuple(columns.values()),
        ignore=frozenset(_names([args.ignore])),
        normalise=tuple(_names([args.normalise])),
        classes=_classes(args.classes),
        overrides=overrides,
    )


def _classes(path: str | None) -> tuple[ClassRule, ...]:
    if path is None:
        return DEFAULT_CLASSES
    try:
        raw = YAML(typ="safe").load(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise InvalidSpecError(f"分类规则文件“{path}”打不开或不是 UTF-8") from None
    except YAMLError as error:
        raise InvalidSpecError(
            f"分类规则文件“{path}”写法有误：{str(error).splitlines()[0]}"
        ) from None
    return class_rules(raw)


def _setting(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InvalidSpecError(f"{option} 应写作 列=值，现在是“{text}”")
    return name, value


def _names(texts: list[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]
