"""Background work of attachments: every week each stored byte is hashed again."""

from steward.core.files import services
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.kernel.instants import now


@jobs.job(code="files.verify", label="校验附件完整性", schedule="40 18 * * *")
def verify_files(run: jobs.RunHandle) -> None:
    """Hash what has not been hashed for seven days; damage becomes a finding."""
    hashes = services.due_for_check(now())
    damaged = 0
    for done, sha256 in enumerate(hashes, start=1):
        if not services.verify(sha256, now=now()):
            damaged += 1
            run.log(f"内容损坏或丢失：{sha256}", level="error")
        if done % 50 == 0 or done == len(hashes):
            run.progress(done, len(hashes), f"已校验 {done} 个，损坏 {damaged} 个")


@jobs.handles(findings.RecheckRequested, code="files.recheck")
def recheck(event: findings.RecheckRequested) -> None:
    """Somebody restored a damaged file and asks for another look."""
    if event.source == services.SOURCE:
        services.verify(event.fingerprint, now=now())
