"""`steward verify FILE`: check a bundle offline; no database is needed.

`steward verify --program verify.py` writes the same check as one file that needs only Python.
"""

import argparse
import shutil
import sys
from pathlib import Path

from steward.core.evidence import verifier


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="验收材料包或证据包（.zip）")
    parser.add_argument("--head", default="", help="周报上印的最后封号，用来比对")
    parser.add_argument("--key", default="", help="双方留存的公钥，用来比对")
    parser.add_argument(
        "--program", type=Path, metavar="文件", help="写出单文件校验程序，对方只需有 Python"
    )


def run(args: argparse.Namespace) -> int:
    if args.program is not None:
        shutil.copyfile(verifier.__file__, args.program)
        sys.stdout.write(f"已写出 {args.program}，用法：python3 {args.program.name} 材料包.zip\n")
    if args.file is None:
        if args.program is None:
            sys.stdout.write("请给出要校验的材料包（.zip）\n")
            return 2
        return 0
    verdict = verifier.verify(args.file, expected_head=args.head, expected_key=args.key)
    return verifier.report(verdict, sys.stdout.write)
