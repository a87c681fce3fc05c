from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from steward.contracts.assessment import api as assessment
from steward.kernel.canonical import decimal_text
from steward.kernel.errors import StewardError
from steward.kernel.instants import SHANGHAI, now
from steward.kernel.money import format_yuan


class Command(BaseCommand):
    """Score a contract and print the table, or the canonical result as JSON."""

    help = "考核合同：各指标得分、总分、应付金额"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contract", help="合同编码")
        parser.add_argument("--as-of", help="证据截止时间，例如 2026-03-01T00:00")
        parser.add_argument("--kind", choices=["live", "projected", "settled"], default="live")
        parser.add_argument("--json", action="store_true", help="输出规范化的完整结果")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        present = now()
        try:
            as_of = _instant(options["as_of"]) if options["as_of"] else present
            result = assessment.score(
                options["contract"], as_of=as_of, now=present, kind=options["kind"]
            )
        except StewardError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(result.canonical())
            return
        for node in result.indicators():
            mark = "未评" if node.status == "unscored" else node.explanation
            line = f"{decimal_text(node.points):>6} / {decimal_text(node.full):<4} {node.title}"
            self.stdout.write(f"{line}　{mark}")
        self.stdout.write(
            f"得分 {decimal_text(result.points)}（可能最高 {decimal_text(result.possible)}），"
            f"应付 {format_yuan(result.pay.payable)}，结果摘要 {result.digest()[:16]}"
        )


def _instant(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"时间“{text}”应写成 2026-03-01T00:00") from None
    return given if given.tzinfo is not None else given.replace(tzinfo=SHANGHAI)
