"""`steward seal CONTRACT`: seal new evidence and, with --out, export the bundle."""

import argparse
import sys
from pathlib import Path

from steward.core.evidence import api as evidence
from steward.kernel.instants import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", help="合同代码，如 huaian-2025")
    parser.add_argument("--out", type=Path, help="导出证据包到此文件")


def run(args: argparse.Namespace) -> int:
    while (made := evidence.seal(args.contract, now=now())) is not None:
        sys.stdout.write(f"第 {made.sequence} 封：{made.count} 条证据，{made.seal_hash}\n")
    if args.out is not None:
        head = evidence.export_bundle(args.contract, args.out, now=now())
        sys.stdout.write(f"已导出 {args.out}，最后封号 {head or '（没有证据）'}\n")
    return 0
