"""`steward profile DATA`: what is in a table, and rules it suggests.

Exit codes: 0 done, 1 done but rows could not be read, 2 it did not run.
"""

import argparse
import json
import sys
from pathlib import Path

from steward.engine.cli._terminal import DONE, FINDINGS, Progress, guarded, short, table
from steward.engine.connectors.base import open_connector
from steward.engine.connectors.datasets import opened
from steward.engine.connectors.rejects import Rejects
from steward.engine.lake.duck import Limits, open_session
from steward.engine.lake.errors import disk_full, is_disk_full
from steward.engine.profile.content import CONTENTS
from steward.engine.profile.model import ColumnProfile, Profile
from steward.engine.profile.run import profile
from steward.engine.profile.suggest import as_yaml, suggest

_LABELS = {item.code: item.label for item in CONTENTS}
_EPILOG = """例：
  steward profile 人口.csv --rules 建议规则.yaml
  steward profile 'mysql://用户:${PW}@主机/库#rk' --json
退出码：0 完成；1 完成但有读不懂的行；2 没有完成。"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the program; the parser's default `run` carries it out."""
    parser = subparsers.add_parser(
        "profile",
        help="探查一份数据并建议规则",
        description="探查数据：类型、空值、不同值、样式、候选关键字，并给出建议的检查规则。",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", metavar="数据", help="文件、数据库表、数据湖表、FTP/SFTP")
    parser.add_argument("--rules", metavar="文件", help="把建议的规则写进这个 YAML 文件")
    parser.add_argument("--keep-bad", action="store_true", help="读不懂的行计数后跳过")
    parser.add_argument("--memory", metavar="上限", default="1GB", help="内存上限，默认 1GB")
    parser.add_argument("--json", action="store_true", help="在标准输出给出 JSON 结果")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out the command."""
    return guarded(lambda progress: _run(args, progress))


def _run(args: argparse.Namespace, progress: Progress) -> int:
    rejects = Rejects(keep=args.keep_bad)
    source = open_connector(args.data, rejects=rejects)
    with open_session(Limits(memory=args.memory)) as session:
        progress.step("读取数据")
        with opened(session, source) as data:
            found = profile(
                session,
                data.relation,
                name=data.name,
                warnings=data.warnings,
                progress=progress.step,
            )
    rules = suggest(found)
    if args.rules:
        _write(Path(args.rules), as_yaml(rules))
    progress.clear()
    if args.json:
        whole = {"profile": found.as_json(), "rules": rules, "rejected": rejects.count}
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stdout.write(_report(found, len(rules["rules"]), args.rules))
        for text in _notes(found, rejects):
            sys.stderr.write(f"注意：{text}\n")
    return FINDINGS if rejects.count else DONE


def _report(found: Profile, rules: int, path: str | None) -> str:
    header = ("列", "类型", "内容", "空值", "空白", "不同值", "最小", "最大", "最常见样式")
    parts = [
        f"{found.name}：{found.rows:,} 行，{len(found.columns)} 列",
        table(header, [_row(column) for column in found.columns]),
    ]
    keys = "；".join("、".join(key) for key in found.keys)
    parts.append(f"候选关键字：{keys or '没有找到'}")
    parts.append(
        f"建议规则 {rules} 条" + (f"，已写入 {path}" if path else "（--rules 可写成文件）")
    )
    return "\n\n".join(parts) + "\n"


def _row(column: ColumnProfile) -> tuple[object, ...]:
    pattern = column.patterns[0].text if column.patterns else ""
    return (
        short(column.name),
        short(column.type, 20),
        _LABELS.get(column.content, ""),
        column.nulls,
        column.blank,
        column.distinct,
        short(column.minimum or "", 20),
        short(column.maximum or "", 20),
        short(pattern, 24),
    )


def _notes(found: Profile, rejects: Rejects) -> list[str]:
    bad = [f"跳过读不懂的 {rejects.count} 行，首个：{rejects.first[0]}"] if rejects.count else []
    return [*bad, *found.warnings]


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        if is_disk_full(error):
            path.unlink(missing_ok=True)
            raise disk_full(str(path)) from error
        raise
