"""Sealing runs by itself every hour; marks of changed facts are swept once a night."""

from steward.core.evidence.partials import sweep_partials
from steward.core.evidence.services import seal_all
from steward.core.jobs import api as jobs
from steward.kernel.instants import now


@jobs.job(code="evidence.seal", label="封存证据", schedule="7 * * * *")
def seal_evidence(run: jobs.RunHandle) -> None:
    """Seal what every contract has collected since its last seal."""
    for made in seal_all(now=now()):
        run.log(f"{made.contract} 第 {made.sequence} 封：{made.count} 条，{made.seal_hash[:16]}")


@jobs.job(code="evidence.sweep", label="清理取数缓存", schedule="40 18 * * *")
def sweep(run: jobs.RunHandle) -> None:
    """Forget the marks of changes that every remembered figure has seen."""
    dropped, swept = sweep_partials(now=now())
    run.log(f"失效的分段取数 {dropped} 段，清理变动标记 {swept} 条")
