"""What the platform itself sees: days with too few people, people gone without approval."""

from datetime import datetime, timedelta

from steward.contracts.packs import api as packs
from steward.contracts.staffing.queries.changes import unapproved_between
from steward.contracts.staffing.queries.days import DayStanding, standings
from steward.contracts.staffing.queries.team import members_of, terms_on
from steward.contracts.staffing.services.attendance import keep_day
from steward.core.findings import api as findings
from steward.kernel.instants import local_date

DAYS, CHANGES = "staffing.days", "staffing.changes"
LOOK_BACK = timedelta(days=45)


def check_contract(contract: str, *, now: datetime) -> tuple[int, int]:
    """Look at the days of the last weeks that have ended, and at who left in the whole term.

    A gap is a finding until it is made up for (a late statement, a dispute withdrawn). Returns
    how many days have a gap and how many people left without approval.
    """
    info = packs.get(contract)
    if not members_of(contract).filter(recorded_at__lte=now).exists():
        return 0, 0
    if terms_on(contract, local_date(now), known_at=now).required == 0:
        gaps = 0
    else:
        gaps = _check_days(contract, info.client_organization_id, now=now)
    missing, _ = unapproved_between(contract, info.start, info.end, as_of=now)
    for gone in missing:
        _report_once(
            findings.Report(
                source=CHANGES,
                fingerprint=f"member:{gone.member_id}",
                title=f"{gone.name}（{gone.position_title}）{gone.left_date} 离场：{gone.why}",
                severity="major",
                subject=gone.subject,
                contract=contract,
                category="人员变更",
                organization_id=info.client_organization_id,
                remedy="补办人员变更申请并向甲方书面说明；已发生的未经同意更换仍计入考核。",
            ),
            now=now,
        )
    return gaps, len(missing)


def _check_days(contract: str, organization_id: int | None, *, now: datetime) -> int:
    today = local_date(now)
    gaps = 0
    for standing in standings(contract, today - LOOK_BACK, today, known_at=now):
        if not standing.is_working:
            continue
        keep_day(standing, now=now)
        if standing.gap:
            gaps += 1
            _report_once(_gap(standing, organization_id), now=now)
        else:
            findings.clear(DAYS, standing.subject.key, now=now, note="已补足到岗人数")
    return gaps


def _gap(standing: DayStanding, organization_id: int | None) -> findings.Report:
    return findings.Report(
        source=DAYS,
        fingerprint=standing.subject.key,
        title=(f"{standing.day} 驻场 {standing.present} 人，少于要求的 {standing.required} 人"),
        severity="minor",
        subject=standing.subject,
        contract=standing.contract,
        category="驻场人数",
        organization_id=organization_id,
        detail={"required": standing.required, "present": standing.present},
        remedy="核对当日到岗记录；确有到岗而未签到的可事后登记并说明，由甲方确认。",
    )


def _report_once(seen: findings.Report, *, now: datetime) -> None:
    """Report unless it stands already: the same day looked at again is no new sighting."""
    known = [
        found
        for found in findings.of_subject(seen.subject)
        if (found.source, found.fingerprint) == (seen.source, seen.fingerprint)
    ]
    if not known or known[0].state == findings.FindingState.CLOSED:
        findings.report(seen, now=now)
