"""Background work of monitoring: the prober, silence, rollups, and looking again at once."""

import asyncio
from datetime import timedelta

from steward.core.findings.api import RecheckRequested
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.models import Monitor
from steward.operations.monitoring.prober import Prober
from steward.operations.monitoring.registry import ProbeContext
from steward.operations.monitoring.runner import run_sealed
from steward.operations.monitoring.services.lines import SOURCE
from steward.operations.monitoring.services.results import (
    Observation,
    mark_silent,
    record_results,
)
from steward.operations.monitoring.services.rollups import drop_old_samples, roll_up

MONITORING = Actor.system("监测")


@jobs.service(code="monitoring.prober", label="监测端")
async def probe_for_ever() -> None:
    """Probe all due monitors; any number of workers may run it and share the load."""
    await Prober().run()


@jobs.job(code="monitoring.silence", label="标记没有结果的监测项", schedule="* * * * *")
def note_silence(run: jobs.RunHandle) -> None:
    """Unknown spans begin when results stop, whoever is to blame."""
    run.progress(mark_silent(now=wall_clock()), 0)


@jobs.job(code="monitoring.rollup", label="汇总探测结果", schedule="12 * * * *")
def roll_up_results(run: jobs.RunHandle) -> None:
    """Hourly: roll up whole hours and days, then drop old raw results."""
    moment = wall_clock()
    pieces = roll_up(now=moment)
    dropped = drop_old_samples(now=moment)
    run.log(f"汇总 {pieces} 段，清理 {dropped} 条过期的原始结果")


@jobs.job(code="monitoring.probe_now", label="立即探测")
def probe_now(run: jobs.RunHandle, monitor_id: int = 0) -> None:
    """Probe one monitor until its state can be told, at most as often as its thresholds ask."""
    row = Monitor.objects.filter(pk=monitor_id, enabled=True).first()
    if row is None:
        run.log("监测项不存在或已暂停", level="warning")
        return
    times = max(row.failures_before_down, row.successes_before_up)
    for number in range(1, times + 1):
        at = wall_clock()
        context = ProbeContext(
            now=at, timeout=timedelta(seconds=row.timeout), last_beat_at=row.last_beat_at
        )
        result = asyncio.run(
            run_sealed(row.probe, row.settings, sealed=row.secrets, context=context)
        )
        record_results([Observation(row.pk, at, result)], now=wall_clock())
        run.progress(number, times, result.message)
        run.log(result.message)
        row.refresh_from_db()
        if row.state == result.state.value:
            return


@jobs.handles(RecheckRequested, code="monitoring.recheck")
def recheck(event: RecheckRequested) -> None:
    """Somebody wants to know whether a target works again: probe it at once."""
    if event.source != SOURCE:
        return
    monitor_id = int(event.fingerprint.rpartition(":")[2])
    jobs.start_job(
        "monitoring.probe_now", by=MONITORING, now=event.requested_at, monitor_id=monitor_id
    )
