"""`steward demo`: load the demonstration into an empty platform."""

import argparse
import sys

from django.core.management import call_command

from steward.kernel.errors import ConflictError
from steward.kernel.instants import now
from steward.site.commands.up import demo_password
from steward.site.demo.data import PEOPLE
from steward.site.demo.load import is_empty, load_demonstration


class NotEmptyError(ConflictError):
    """The demonstration never mixes with what is there."""

    code = "site.not_empty"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "把演示数据载入空的平台"
    parser.add_argument(
        "--people", type=int, help=f"公共数据里生成的人数（默认 {PEOPLE}，0 不载入这部分）"
    )


def run(args: argparse.Namespace) -> int:
    call_command("migrate", verbosity=0)
    if not is_empty():
        raise NotEmptyError("平台里已有演示数据；换一个 STEWARD_HOME，或先清空再载入")
    load_demonstration(now=now(), say=_say, password=demo_password(), people=args.people)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
