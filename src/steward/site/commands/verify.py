"""`steward verify FILE`: check an evidence bundle offline; no database is needed."""

import argparse
import sys
from pathlib import Path

from steward.core.evidence.bundle import verify_bundle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="证据包（.zip）")
    parser.add_argument("--head", default="", help="周报上印的最后封号，用来比对")


def run(args: argparse.Namespace) -> int:
    verdict = verify_bundle(args.file, expected_head=args.head)
    if verdict.is_sound:
        sys.stdout.write(
            f"完好：合同 {verdict.contract}，{verdict.records} 条证据，{verdict.seals} 封\n"
            f"最后封号 {verdict.head}\n"
        )
        return 0
    sys.stdout.write(f"发现 {len(verdict.problems)} 处问题：\n")
    for problem in verdict.problems:
        sys.stdout.write(f"  {problem}\n")
    return 1
