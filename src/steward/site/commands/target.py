"""`steward target`: serve the demonstration's local targets."""

import argparse

from steward.site.demo.target import serve
from steward.site.home import home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "演示目标：真实的本地服务，可在页面上停掉和启动"


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    serve(home())
    return 0
