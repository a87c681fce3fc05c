"""`steward stop`: stop the private databases."""

import argparse
import sys

from steward.site.home import home
from steward.site.private_mariadb import stop_private as stop_mariadb
from steward.site.private_postgres import stop_private


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    stop_mariadb(home())
    stop_private(home())
    sys.stdout.write("私有数据库已停止\n")
    return 0
