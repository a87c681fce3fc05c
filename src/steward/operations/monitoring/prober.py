"""The prober: one asyncio loop that probes due monitors on their grid and writes in batches.

1. Claim monitors due within the next second (one statement in a thread, rows locked by others
   skipped), and start each at its due instant: the claim's own time never adds to the drift.
2. Run probes side by side up to a limit; each gives a result inside its timeout.
3. A writer takes the results in batches, in a thread of its own, off the probe loop.
4. A heartbeat row every five seconds tells when the prober itself lived; when the loop stalls,
   failures seen meanwhile are *unknown*: the fault may be ours.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)

from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.registry import ProbeContext, State
from steward.operations.monitoring.runner import run_sealed
from steward.operations.monitoring.services import claims, results
from steward.operations.monitoring.services.claims import Claim
from steward.operations.monitoring.services.results import Observation

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard one prober works; the defaults suit 500 targets at 30 s on two cores."""

    ahead: timedelta = timedelta(seconds=1)
    look_every: timedelta = timedelta(milliseconds=250)
    write_every: timedelta = timedelta(milliseconds=500)
    beat_every: timedelta = timedelta(seconds=5)
    concurrency: int = 200
    batch: int = 1000
    stall: timedelta = timedelta(seconds=2)


@dataclass(slots=True)
class Tally:
    """What a prober did since its last heartbeat, and the lag of every run for measuring."""

    probed: int = 0
    worst_drift: timedelta = timedelta()
    drifts: list[timedelta] | None = None

    def note(self, drift: timedelta) -> None:
        self.probed += 1
        self.worst_drift = max(self.worst_drift, drift)
        if self.drifts is not None:
            self.drifts.append(drift)

    def take(self) -> tuple[int, timedelta]:
        """The figures since the last call."""
        taken = self.probed, self.worst_drift
        self.probed, self.worst_drift = 0, timedelta()
        return taken


def _in_database(work: Callable[[], T]) -> T:
    """Run database work in a worker thread, on a connection that is still alive."""
    close_old_connections()
    return work()


def _shut() -> None:
    connection.close()


@dataclass(slots=True)
class Prober:
    """One prober's state while it runs; `run` ends only when it is cancelled."""

    pace: Pace = field(default_factory=Pace)
    tally: Tally = field(default_factory=Tally)
    started_at: datetime = field(default_factory=wall_clock)
    _reader: ThreadPoolExecutor = field(init=False)
    _writer: ThreadPoolExecutor = field(init=False)
    _results: asyncio.Queue[Observation] = field(init=False)
    _running: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _slots: asyncio.Semaphore = field(init=False)
    _stalled_at: float = field(init=False, default=float("-inf"))

    async def run(self) -> None:
        """Probe until cancelled; what was seen is written before it ends."""
        self._reader = ThreadPoolExecutor(1, "monitoring-claim")
        self._writer = ThreadPoolExecutor(1, "monitoring-write")
        self._results = asyncio.Queue()
        self._slots = asyncio.Semaphore(self.pace.concurrency)
        name = f"{socket.gethostname()} · {os.getpid()}"
        prober_id = await self._read(lambda: claims.start_prober(name, now=self.started_at))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._claim_loop())
                group.create_task(self._write_loop())
                group.create_task(self._beat_loop(prober_id))
                group.create_task(self._pulse_loop())
        finally:
            await asyncio.shield(self._end(prober_id))

    async def _end(self, prober_id: int) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        with suppress(DatabaseError):
            await self._write_batch()
            await self._write(lambda: claims.stop_prober(prober_id, now=wall_clock()))
        for pool in (self._reader, self._writer):
            await asyncio.get_running_loop().run_in_executor(pool, _shut)
            pool.shutdown(wait=False)

    async def _read(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, _in_database, work)

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, _in_database, work)

    async def _claim_loop(self) -> None:
        while True:
            room = self.pace.concurrency * 2 - len(self._running)
            if room > 0:
                for claim in await self._claim(min(room, self.pace.batch)):
                    task = asyncio.create_task(self._probe(claim))
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)
            await asyncio.sleep(self.pace.look_every.total_seconds())

    async def _claim(self, limit: int) -> list[Claim]:
        moment = wall_clock()
        try:
            return await self._read(
                lambda: claims.claim_due(now=moment, ahead=self.pace.ahead, limit=limit)
            )
        except DatabaseError as error:
            log.error("cannot claim monitors: %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(2)
            return []

    async def _probe(self, claim: Claim) -> None:
        await asyncio.sleep(max(0.0, (claim.due_at - wall_clock()).total_seconds()))
        async with self._slots:
            began, began_at = asyncio.get_running_loop().time(), wall_clock()
            self.tally.note(max(timedelta(), began_at - claim.due_at))
            context = ProbeContext(
                now=began_at,
                timeout=claim.timeout,
                last_beat_at=claim.last_beat_at,
                watching_since=self.started_at,
            )
            found = await run_sealed(
                claim.probe, claim.settings, sealed=claim.secrets, context=context
            )
        if found.state == State.DOWN and self._stalled_at >= began:
            found = replace(found, state=State.UNKNOWN, message="监测端自身卡顿，这次结果不作数")
        self._results.put_nowait(Observation(claim.monitor_id, began_at, found))

    async def _write_loop(self) -> None:
        while True:
            await asyncio.sleep(self.pace.write_every.total_seconds())
            try:
                await self._write_batch()
            except DatabaseError as error:
                log.error("cannot write results: %s", type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(2)

    async def _write_batch(self) -> None:
        """Write what waits; results that the database refuses go back and are tried again."""
        batch: list[Observation] = []
        while not self._results.empty() and len(batch) < self.pace.batch:
            batch.append(self._results.get_nowait())
        if not batch:
            return
        try:
            await self._write(partial(results.record_results, batch, now=wall_clock()))
        except (OperationalError, InterfaceError):
            for seen in batch:
                self._results.put_nowait(seen)
            raise
        except DatabaseError:
            await self._write_one_by_one(batch)

    async def _write_one_by_one(self, batch: list[Observation]) -> None:
        """One result that the database refuses must not cost the others."""
        for seen in batch:
            try:
                await self._write(partial(results.record_results, [seen], now=wall_clock()))
            except (OperationalError, InterfaceError):
                self._results.put_nowait(seen)
            except DatabaseError as error:
                log.error("result of monitor %s refused: %s", seen.monitor_id, type(error).__name__)  # noqa: TRY400

    async def _beat_loop(self, prober_id: int) -> None:
        while True:
            await asyncio.sleep(self.pace.beat_every.total_seconds())
            probed, drift = self.tally.take()
            beat = partial(
                claims.beat_prober, prober_id, probed=probed, worst_drift=drift, now=wall_clock()
            )
            try:
                await self._write(beat)
            except DatabaseError as error:
                log.error("cannot write the heartbeat: %s", type(error).__name__)  # noqa: TRY400

    async def _pulse_loop(self) -> None:
        """Notice when this very loop did not get to run."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.2)
            if loop.time() - before > 0.2 + self.pace.stall.total_seconds():
                self._stalled_at = loop.time()
