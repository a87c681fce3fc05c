"""Sealing runs by itself every hour."""

from steward.core.evidence.services import seal_all
from steward.core.jobs import api as jobs
from steward.kernel.instants import now


@jobs.job(code="evidence.seal", label="封存证据", schedule="7 * * * *")
def seal_evidence(run: jobs.RunHandle) -> None:
    """Seal what every contract has collected since its last seal."""
    for made in seal_all(now=now()):
        run.log(f"{made.contract} 第 {made.sequence} 封：{made.count} 条，{made.seal_hash[:16]}")
