"""`steward clauses`: every requirement id, the tests that prove it, and whether they passed."""

import argparse
import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
CLAUSES = ROOT / "docs" / "clauses.md"
REPORT = ROOT / "reports" / "clauses.json"
ROW = re.compile(r"^\| (?P<ids>[A-Z]+[0-9A-Z.–]*) \| (?P<text>.+?) \|$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A requirement: the tests that carry its id, and whether all of them passed."""

    id: str
    text: str
    tests: list[str]
    passing: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--report", type=Path, default=REPORT, help="测试报告文件")


def run(args: argparse.Namespace) -> int:
    clauses = read_clauses(CLAUSES.read_text(encoding="utf-8"), read_report(args.report))
    if args.json:
        json.dump([asdict(c) for c in clauses], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return 0
    for clause in clauses:
        mark = "✓" if clause.passing else "·"
        sys.stdout.write(
            f"{mark} {clause.id:<8}{len(clause.tests):>4} 个测试  {clause.text[:60]}\n"
        )
    passing = sum(clause.passing for clause in clauses)
    sys.stdout.write(f"{passing} / {len(clauses)} 条有通过的测试\n")
    return 0


def read_report(path: Path) -> dict[str, dict[str, str]]:
    """Clause id → {test id: outcome} of the last run; empty when no report exists."""
    if not path.exists():
        return {}
    report: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return report


def read_clauses(document: str, report: dict[str, dict[str, str]]) -> list[Clause]:
    """The rows of the tables of docs/clauses.md; a range such as K1–K3 is one row per id."""
    found = []
    for line in document.splitlines():
        row = ROW.match(line)
        if row is not None and row["ids"] != "id":
            found += [_clause(name, row["text"], report) for name in expand(row["ids"])]
    return found


def expand(ids: str) -> list[str]:
    """`K15.5–6` → K15.5, K15.6; `K1–K3` → K1, K2, K3; a single id is itself."""
    first, dash, last = ids.partition("–")
    if not dash:
        return [ids]
    stem, start = re.fullmatch(r"(.*?)(\d+)", first).groups()  # type: ignore[union-attr]
    end = re.search(r"(\d+)$", last).group(1)  # type: ignore[union-attr]
    return [f"{stem}{number}" for number in range(int(start), int(end) + 1)]


def _clause(name: str, text: str, report: dict[str, dict[str, str]]) -> Clause:
    tests = report.get(name, {})
    passing = bool(tests) and all(outcome == "passed" for outcome in tests.values())
    return Clause(name, text, sorted(tests), passing)
