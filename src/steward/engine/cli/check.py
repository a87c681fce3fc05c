"""`steward check RULES DATA`: a rule set over a file or a table, for people and for CI.

Exit codes: 0 every rule passed, 1 findings (or a rule that could not run), 2 it did not run.
"""

import argparse
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from steward.engine.cli._terminal import hinted
from steward.engine.rules import (
    CheckResult,
    FailuresReader,
    Limits,
    Options,
    RuleResult,
    RuleSet,
    Source,
    SourceError,
    Status,
    TableSource,
    check,
    open_path,
    read_rules,
)
from steward.kernel.errors import InvalidError, StewardError
from steward.kernel.instants import SHANGHAI, local
from steward.kernel.instants import now as clock

PASSED, FINDINGS, BROKEN = 0, 1, 2
_DESCRIPTION = "按规则检查数据：一次扫描得出每条规则的不合格行数，可保存全部不合格行。"
_EPILOG = """例：
  steward check 人口.yaml 人口.parquet --failures 不合格.parquet
  steward check 人口.yaml public.rk_jbxx --engine postgresql://用户@主机/库
退出码：0 全部合格；1 有不合格或有规则未能检查；2 没有检查成。"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the program; the parser's default `run` carries it out."""
    parser = subparsers.add_parser(
        "check",
        help="按规则检查数据",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rules", metavar="规则", help="规则集文件（YAML 或 JSON）")
    parser.add_argument(
        "data",
        metavar="数据",
        help="Parquet、CSV、Excel 文件，目录，通配符，数据湖表；用 --engine 时是表名",
    )
    parser.add_argument("--failures", metavar="文件", help="把全部不合格行写进这个 Parquet 文件")
    parser.add_argument("--json", action="store_true", help="在标准输出给出 JSON 结果")
    parser.add_argument("--engine", metavar="地址", help="数据库或 Spark 的地址，数据留在原处检查")
    parser.add_argument("--key", metavar="列,…", help="主键列，用逗号分开；优先于规则集里的 key")
    parser.add_argument("--now", metavar="时刻", help="以此时刻为准，如 2026-11-20T09:00；默认现在")
    parser.add_argument("--previous", metavar="文件", help="上次的 JSON 结果，供行数变动等规则比较")
    parser.add_argument(
        "--table",
        metavar="名=位置",
        action="append",
        default=[],
        help="参照表在哪里，可写多次；优先于规则集里的 tables",
    )
    parser.add_argument(
        "--keep-bad",
        "--skip-broken",
        dest="skip_broken",
        action="store_true",
        help="跳过 CSV 里读不懂的行并报告，其余照常检查",
    )
    parser.add_argument("--memory", metavar="上限", default="1500MB", help="内存上限，默认 1500MB")
    parser.add_argument("--examples", metavar="行数", type=int, default=3, help="每条规则显示几行")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out the command; every expected failure is one Chinese message and code 2."""
    progress = _Progress(sys.stderr)
    try:
        rule_set = read_rules(Path(args.rules))
        result = _check(args, rule_set, progress)
    except StewardError as error:
        progress.clear()
        sys.stderr.write(f"{hinted(error, '--keep-bad')}\n")
        return BROKEN
    progress.clear()
    if args.json:
        sys.stdout.write(result.to_json() + "\n")
    else:
        sys.stdout.write(_report(result, args.examples))
    return PASSED if result.passed else FINDINGS


def _check(args: argparse.Namespace, rule_set: RuleSet, progress: "_Progress") -> CheckResult:
    options = Options(
        tables=_tables(args),
        limits=Limits(memory=args.memory),
        progress=progress.show,
        key=tuple(name.strip() for name in (args.key or "").split(",") if name.strip()),
    )
    return check(
        rule_set,
        _source(args),
        now=_instant(args.now),
        failures=None if args.failures is None else Path(args.failures),
        previous=_previous(args.previous),
        options=options,
    )


def _source(args: argparse.Namespace) -> Source:
    if args.engine:
        return TableSource(args.engine, args.data)
    return open_path(args.data, keep_good=args.skip_broken)


def _tables(args: argparse.Namespace) -> dict[str, Source | str]:
    tables: dict[str, Source | str] = {}
    for item in args.table:
        name, equals, location = item.partition("=")
        if not equals or not name or not location:
            raise InvalidError(f"--table 写作 名=位置，现在是“{item}”")
        tables[name] = location if args.engine else open_path(location)
    return tables


def _instant(text: str | None) -> datetime:
    if text is None:
        return clock()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError(f"--now 写作 2026-11-20T09:00，现在是“{text}”") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


def _previous(path: str | None) -> CheckResult | None:
    if path is None:
        return None
    try:
        return CheckResult.from_json(Path(path).read_text("utf-8"))
    except OSError:
        raise SourceError(f"上次的结果“{path}”打不开，请核对路径") from None
    except (ValueError, KeyError, TypeError):
        raise SourceError(f"“{path}”不是 steward check --json 的结果") from None


class _Progress:
    """One line on a terminal that is overwritten; silent elsewhere, so that logs stay clean."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.live = stream.isatty()

    def show(self, text: str) -> None:
        if self.live:
            self.stream.write(f"\r\x1b[K{text}…")
            self.stream.flush()

    def clear(self) -> None:
        if self.live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def _report(result: CheckResult, examples: int) -> str:
    bad = sum(rule.status is Status.FAILED for rule in result.rules)
    broken = sum(rule.status is Status.ERROR for rule in result.rules)
    lines = [
        f"{result.rule_set}（第 {result.version} 版）检查 {result.source}",
        f"{result.rows:,} 行，{len(result.rules)} 条规则：不合格 {bad} 条，未能检查 {broken} 条"
        + _rows_text(result),
        f"检查时刻 {local(result.checked_at):%Y-%m-%d %H:%M:%S}",
        "",
        *_table(result),
    ]
    lines += [f"提示：{note}" for note in result.notes]
    lines += _examples(result, examples)
    return "\n".join(lines) + "\n"


def _rows_text(result: CheckResult) -> str:
    return "" if result.failing_rows is None else f"，不合格行 {result.failing_rows:,}"


def _table(result: CheckResult) -> list[str]:
    head = ["规则", "名称", "维度", "程度", "结果", "不合格行", "占比", "说明"]
    rows = [head, *(_row(rule, result.rows) for rule in result.rules)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            _pad(cell, width, right=index in {5, 6})
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return [lines[0], "─" * _width(lines[0]), *lines[1:]]


def _row(rule: RuleResult, rows: int) -> list[str]:
    failing = "—" if rule.failing is None else f"{rule.failing:,}"
    share = "—" if rule.failing is None or not rows else f"{rule.failing / rows:.2%}"
    return [
        rule.id,
        rule.name,
        rule.dimension.label,
        rule.severity.label,
        rule.status.label,
        failing,
        share,
        rule.error or rule.detail,
    ]


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _examples(result: CheckResult, count: int) -> list[str]:
    if result.failures is None:
        return []
    lines = ["", f"不合格行已写入 {result.failures}"]
    reader = FailuresReader(result.failures)
    for rule in result.rules:
        if count <= 0 or not rule.failing:
            continue
        lines.append(f"  {rule.name}：")
        lines += [
            f"    {_key(row.key)}  {row.message}" for row in reader.page(rule.id, limit=count)
        ]
    return lines


def _key(key: Any) -> str:
    return "，".join(f"{name}={value}" for name, value in key.items())
