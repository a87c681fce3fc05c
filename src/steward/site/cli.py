"""The program `steward`: our own commands, and Django's for everything else."""

import os
import sys
from dataclasses import dataclass
from importlib import import_module

import django
from django.core.management import execute_from_command_line

from steward.engine.cli._arguments import Parser
from steward.kernel.errors import StewardError
from steward.site.home import home

PROBLEM = 2


@dataclass(frozen=True, slots=True)
class Command:
    """Where a subcommand lives; `database` ones start the private server and Django first."""

    module: str
    help: str
    database: bool = True


COMMANDS = {
    "up": Command("steward.site.commands.up", "启动整个平台（数据库、网页、后台）"),
    "demo": Command("steward.site.commands.demo", "载入演示数据"),
    "web": Command("steward.site.commands.web", "只启动网页服务"),
    "worker": Command("steward.site.commands.worker", "只启动后台工作进程"),
    "score": Command("steward.site.commands.score", "计算一份合同的考核得分与应付金额"),
    "seal": Command("steward.site.commands.seal", "封存新证据并导出可离线校验的证据包"),
    "verify": Command("steward.site.commands.verify", "离线校验证据包", database=False),
    "clauses": Command("steward.site.commands.clauses", "列出条款与证明它的测试", database=False),
    "check": Command("steward.engine.cli.check", "按规则集检查文件或数据库表", database=False),
    "compare": Command(
        "steward.engine.cli.compare", "比对两份数据：按关键字，或按概率配对", database=False
    ),
    "sync": Command("steward.engine.cli.sync", "搬运一张表，两侧核对", database=False),
    "profile": Command("steward.engine.cli.profile", "探查数据并建议规则", database=False),
    "new": Command("steward.site.commands.new", "生成新的应用或扩展", database=False),
    "target": Command("steward.site.commands.target", "启动演示用的本地目标", database=False),
    "stop": Command("steward.site.commands.stop", "停止私有数据库", database=False),
}


def main() -> None:
    """Run one subcommand and exit with its code; a known error is one Chinese line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")
    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    if name in ("help", "-h", "--help"):
        sys.stdout.write(_usage())
        return
    if name not in COMMANDS:
        prepare_database()
        execute_from_command_line(sys.argv)
        return
    try:
        sys.exit(run_command(name, sys.argv[2:]))
    except StewardError as error:
        sys.stderr.write(f"错误：{error}\n")
        sys.exit(PROBLEM)
    except KeyboardInterrupt:
        sys.exit(130)


def run_command(name: str, arguments: list[str]) -> int:
    """Run a subcommand in this process and return its exit code."""
    command = COMMANDS[name]
    if command.database:
        prepare_database()
        django.setup()
    module = import_module(command.module)
    if hasattr(module, "add_parser"):
        parser = Parser(prog="steward")
        module.add_parser(parser.add_subparsers())
        arguments = [name, *arguments]
    else:
        parser = Parser(prog=f"steward {name}", description=command.help)
        module.add_arguments(parser)
    code: int = module.run(parser.parse_args(arguments))
    return code


def prepare_database() -> None:
    """Start the private PostgreSQL unless DATABASE_URL names another, and what the demo made."""
    if not os.environ.get("DATABASE_URL"):
        import_module("steward.site.private_postgres").start_private(home())
    _start_front_end()


def _start_front_end() -> None:
    """The demonstration's MariaDB; without it the platform runs, and its source is told as down."""
    mariadb = import_module("steward.site.private_mariadb")
    if not mariadb.is_made(home()):
        return
    try:
        mariadb.start_private(home())
    except mariadb.MariadbNotStartedError as error:
        sys.stderr.write(f"提示：{error.message}；车辆和场所暂时不能归集\n")


def _usage() -> str:
    lines = ["用法：steward 命令 [选项]", "", "命令："]
    lines += [f"  {name:<10}{command.help}" for name, command in COMMANDS.items()]
    lines += ["", "其余命令交给 Django，例如 steward migrate、steward shell。", ""]
    return "\n".join(lines)
