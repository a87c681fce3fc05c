"""`steward stop`: stop the private database."""

import argparse
import sys

from steward.site.home import home
from steward.site.private_postgres import stop_private


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    stop_private(home())
    sys.stdout.write("私有数据库已停止\n")
    return 0
