"""Keep child processes running until asked to stop: restart what dies, with growing waits."""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

GRACE_SECONDS = 10
LONGEST_WAIT_SECONDS = 30
HEALTHY_AFTER_SECONDS = 60


@dataclass(slots=True)
class Child:
    """One process that must run: its words, its command, and how often it fell."""

    label: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started: float = 0.0
    start_after: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Runs children until SIGTERM or SIGINT, then stops them all."""

    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def add(self, label: str, *arguments: str) -> None:
        """Add a `steward` subcommand as a child."""
        self.children.append(Child(label, [sys.executable, "-m", "steward.site", *arguments]))

    def run(self) -> int:
        """Block until stopped; returns the exit code."""
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        while not self.stopping:
            for child in self.children:
                self._tend(child)
            time.sleep(0.2)
        self._stop_all()
        return 0

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _tend(self, child: Child) -> None:
        moment = time.monotonic()
        if child.process is not None:
            if child.process.poll() is None:
                return
            self._note_fall(child, moment)
        if moment >= child.start_after and not self.stopping:
            child.process = subprocess.Popen(child.command)  # noqa: S603
            child.started = moment

    def _note_fall(self, child: Child, moment: float) -> None:
        if child.process is None:
            return
        lived = moment - child.started
        child.falls = 1 if lived > HEALTHY_AFTER_SECONDS else child.falls + 1
        wait = min(2**child.falls, LONGEST_WAIT_SECONDS)
        sys.stderr.write(
            f"{child.label}退出（代码 {child.process.returncode}），{wait} 秒后重新启动\n"
        )
        child.start_after = moment + wait
        child.process = None

    def _stop_all(self) -> None:
        running = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
