"""A real worker in a process of its own, with a slow and a storing handler: started by tests.

Arguments: the file that a handler writes when it begins. The database comes from DATABASE_URL.
"""

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")
if __name__ == "__main__":
    django.setup()

from steward.core.jobs import api as jobs
from steward.core.jobs.models import JobRun
from steward.core.jobs.working import work_queue
from steward.kernel.actors import Actor
from steward.kernel.events import Event
from steward.kernel.instants import now


@dataclass(frozen=True, slots=True)
class ValveTurned(Event):
    """Something that a handler takes a while to handle, the first time."""

    name: ClassVar[str] = "test.valve_turned"
    valve_id: int
    mark: str


@jobs.job(code="test.note", label="记一笔")
def note(run: jobs.RunHandle, valve_id: int) -> None:
    run.progress(1, 1, f"阀门 {valve_id}")


def on_valve_turned(event: ValveTurned) -> None:
    """Start a job in this transaction; in mid-handler, the first time, wait to be killed."""
    jobs.start_job("test.note", by=Actor.system(), now=now(), valve_id=event.valve_id)
    mark = Path(event.mark)
    if mark.exists():
        return
    mark.write_text(str(JobRun.objects.count()))
    time.sleep(60)


jobs.handles(ValveTurned, code="test.on_valve_turned")(on_valve_turned)

if __name__ == "__main__":
    sys.exit(asyncio.run(work_queue(concurrency=1)))
