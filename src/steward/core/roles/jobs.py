from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.core.roles.events import GrantChanged
from steward.core.roles.queries import get_grant
from steward.kernel.instants import now


@jobs.handles(GrantChanged, code="roles.keep_evidence")
def keep_evidence(event: GrantChanged) -> None:
    """The last step of K5: what was applied, for whom and at whose request, kept as evidence."""
    grant = get_grant(event.grant_id)
    payload = {
        "change": event.change,
        "user_id": event.user_id,
        "organization_id": event.organization_id,
        "organization": grant.organization_name,
        "role": grant.role_name,
        "reach": grant.reach,
        "request_kind": event.request_kind,
        "request_key": event.request_key,
    }
    fact = evidence.Fact(
        contract="platform",
        kind=f"roles.{event.change}",
        subject=grant.subject,
        occurred_at=event.occurred_at,
        source="roles",
        grade=evidence.Grade.A,
        payload=payload,
    )
    evidence.keep(fact, now=now())
