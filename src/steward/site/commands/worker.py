"""`steward worker`: the queue and every service, each in a process of its own."""

import argparse
import asyncio
import signal
import sys

from steward.core.jobs.registry import SERVICES
from steward.core.jobs.working import work_queue
from steward.site.supervisor import Supervisor

QUEUE = "queue"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = [QUEUE, *sorted(SERVICES)]
    parser.add_argument("--only", choices=names, help="只在本进程运行其中一个")
    parser.add_argument("--concurrency", type=int, default=4, help="同时运行的任务数")


def run(args: argparse.Namespace) -> int:
    if args.only is None:
        return supervise()
    asyncio.run(_until_stopped(args.only, args.concurrency))
    return 0


def supervise() -> int:
    """Run the queue and all services as children until stopped."""
    supervisor = Supervisor()
    add_workers(supervisor)
    return supervisor.run()


def add_workers(supervisor: Supervisor) -> None:
    """Add the queue's process and one per service."""
    supervisor.add("任务队列", "worker", "--only", QUEUE)
    for code, spec in sorted(SERVICES.items()):
        supervisor.add(spec.label, "worker", "--only", code)


async def _until_stopped(name: str, concurrency: int) -> None:
    if name == QUEUE:
        await work_queue(concurrency=concurrency)
        return
    task = asyncio.ensure_future(SERVICES[name].run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        sys.stderr.write(f"{SERVICES[name].label}已停止\n")
