"""`steward score CONTRACT`: the score to date, indicator by indicator, and what is payable."""

import argparse
import sys
from datetime import datetime
from typing import Literal

from steward.contracts.assessment import api as assessment
from steward.kernel.errors import InvalidError
from steward.kernel.instants import SHANGHAI, local, now
from steward.kernel.money import format_yuan


class BadInstantError(InvalidError):
    """An instant that cannot be read."""

    code = "site.bad_instant"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", help="合同代码，如 huaian-2025")
    parser.add_argument("--as-of", default="", help="截止时间，如 2026-03-01T00:00（默认现在）")
    parser.add_argument("--projected", action="store_true", help="推演到年末")
    parser.add_argument("--json", action="store_true", help="输出规范 JSON（同样的证据逐字节相同）")


def run(args: argparse.Namespace) -> int:
    moment = now()
    kind: Literal["live", "projected"] = "projected" if args.projected else "live"
    result = assessment.score(
        args.contract, as_of=_instant(args.as_of) or moment, now=moment, kind=kind
    )
    if args.json:
        sys.stdout.write(result.canonical() + "\n")
    else:
        sys.stdout.write(_table(result))
    return 0


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInstantError(f"“{text}”不是时间，应如 2026-03-01 或 2026-03-01T08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _table(result: assessment.ScoreResult) -> str:
    lines = [
        f"{result.title}（{result.contract} · v{result.version}）截至 {local(result.as_of):%Y-%m-%d %H:%M}"
    ]
    for group in result.groups:
        lines.append(f"{group.title}  {group.points} / {group.full}")
        lines += [
            f"  {node.points:>5} / {node.full:<5} {node.title}：{node.explanation}"
            for node in group.indicators
        ]
    lines += [f"否决项 {veto.title}：{veto.explanation}" for veto in result.vetoes]
    if result.has_table:
        lines.append(f"得分 {result.points}（未评项全得则 {result.possible}）/ {result.maximum}")
    else:
        lines.append("本合同没有考核表")
    lines += [f"  {step.title}：{step.formula}" for step in result.pay.steps]
    lines.append(f"应付 {format_yuan(result.pay.payable)}")
    return "\n".join(lines) + "\n"
