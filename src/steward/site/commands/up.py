"""`steward up`: migrate, load the demonstration into an empty platform, serve and work."""

import argparse
import os
import secrets
import socket
import sys

from django.core.management import call_command

from steward.kernel.errors import StewardError
from steward.kernel.instants import now
from steward.site.commands.web import DEFAULT_PORT
from steward.site.commands.worker import add_workers
from steward.site.demo.load import demo_people, is_empty, load_demonstration
from steward.site.home import home
from steward.site.install import install
from steward.site.private_mariadb import stop_private as stop_mariadb
from steward.site.supervisor import Supervisor


class PortTakenError(StewardError):
    """The address is in use by another program."""

    code = "site.port_taken"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="端口")
    parser.add_argument("--web-workers", type=int, default=1, help="网页进程数")
    parser.add_argument("--no-demo", action="store_true", help="不载入演示数据")


def run(args: argparse.Namespace) -> int:
    _require_free(args.host, args.port)
    call_command("migrate", verbosity=0)
    supervisor = Supervisor()
    if not args.no_demo:
        if is_empty():
            _say("首次启动，载入演示数据（约一分钟）")
            load_demonstration(now=now(), say=_say, password=demo_password())
        supervisor.add("演示目标", "target")
    install(now=now())
    supervisor.add("网页服务", "web", "--host", args.host, "--port", str(args.port),
                   "--workers", str(args.web_workers))  # fmt: skip
    add_workers(supervisor)
    _announce(args)
    try:
        return supervisor.run()
    finally:
        stop_mariadb(home())


def demo_password() -> str:
    """STEWARD_DEMO_PASSWORD, or a random one that is printed once."""
    given = os.environ.get("STEWARD_DEMO_PASSWORD")
    digits = "".join(secrets.SystemRandom().sample("23456789", 4))
    return given or f"Steward-{digits}"


def _announce(args: argparse.Namespace) -> None:
    _say("")
    _say(f"政务管家已启动：http://{args.host}:{args.port}")
    if not args.no_demo:
        for line in demo_people():
            _say(f"  {line}")
    _say("按 Ctrl+C 停止。")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTakenError(
                f"{host}:{port} 已被占用，请用 --port 换一个端口，或先停止占用它的程序"
            ) from None
