"""`steward web`: serve pages and REST with Granian until stopped."""

import argparse
import os

from granian import Granian
from granian.constants import Interfaces

DEFAULT_PORT = 8000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="端口")
    parser.add_argument("--workers", type=int, default=1, help="进程数")
    parser.add_argument(
        "--threads", type=int, default=2 * (os.cpu_count() or 1), help="每个进程的线程数"
    )


def run(args: argparse.Namespace) -> int:
    Granian(
        "steward.site.wsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=args.threads,
        websockets=False,
        log_access=False,
    ).serve()
    return 0
