"""Teams of the desk: who takes tickets together, and who is told when a clock runs out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.desk.tickets.choices import OPEN_STATES
from steward.desk.tickets.models import RoutingRule, Team, Ticket
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError, NotFoundError
from steward.kernel.subjects import Subject

TEAM_SUBJECT = "desk.team"
HANDLE = "desk.ticket.handle"
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


class InvalidTeamError(InvalidError):
    """A team that cannot be kept as asked."""

    code = "desk.invalid_team"


class TeamInUseError(ConflictError):
    """A team that still has work, or that rules still send work to."""

    code = "desk.team_in_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDraft:
    """What a person states about a team; people by their ids."""

    code: str
    name: str
    lead_id: int | None = None
    member_ids: Sequence[int] = ()
    is_active: bool = True


@transaction.atomic
def save_team(draft: TeamDraft, *, team_id: int | None = None, by: Actor, now: datetime) -> int:
    """Make or change a team; returns its id.

    InvalidTeamError for a code or name that is taken or malformed and for people who do not
    handle tickets; TeamInUseError when it is switched off while it has open tickets or rules.
    """
    team = _found(team_id)
    _check(draft, team)
    before = _state(team) if team.pk else {}
    team.code, team.name = draft.code.strip(), draft.name.strip()
    team.lead_id, team.is_active = draft.lead_id, draft.is_active
    team.save()
    team.members.set(draft.member_ids)
    subject = Subject(TEAM_SUBJECT, str(team.pk), team.name)
    audit.record("desk.team.saved", subject, by=by, now=now, before=before, after=_state(team))
    return team.pk


def _found(team_id: int | None) -> Team:
    if team_id is None:
        return Team()
    team = Team.objects.select_for_update().filter(pk=team_id).first()
    if team is None:
        raise NotFoundError("没有这个处理组")
    return team


def _check(draft: TeamDraft, team: Team) -> None:
    code, name = draft.code.strip(), draft.name.strip()
    others = Team.objects.exclude(pk=team.pk)
    if not _CODE.fullmatch(code):
        raise InvalidTeamError("编码用小写字母开头，可含数字和连字符，例如 onsite-1", field="code")
    if others.filter(code=code).exists():
        raise InvalidTeamError(f"编码“{code}”已被另一个处理组使用", field="code")
    if not name:
        raise InvalidTeamError("请填写名称", field="name")
    if others.filter(name=name, is_active=True).exists():
        raise InvalidTeamError(f"已有名为“{name}”的处理组", field="name")
    _check_people(draft)
    if team.pk and not draft.is_active:
        _check_idle(team)


def _check_people(draft: TeamDraft) -> None:
    people = {person.id for person in accounts.users_with(HANDLE)}
    if draft.lead_id is not None and draft.lead_id not in people:
        raise InvalidTeamError("组长须是能处理工单的人员", field="lead")
    if not people.issuperset(draft.member_ids):
        raise InvalidTeamError("成员须是能处理工单的人员", field="members")
    if draft.is_active and not draft.member_ids:
        raise InvalidTeamError("启用的处理组至少要有一名成员", field="members")


def _check_idle(team: Team) -> None:
    """A team that is switched off must not leave work lying with nobody."""
    states = [state.value for state in OPEN_STATES]
    waiting = Ticket.objects.filter(team=team, state__in=states).count()
    if waiting:
        raise TeamInUseError(f"“{team.name}”还有 {waiting} 张在办工单，请先转派再停用")
    rule = RoutingRule.objects.filter(team=team, is_active=True).first()
    if rule is not None:
        raise TeamInUseError(f"路由规则“{rule.label}”还派给“{team.name}”，请先修改规则")


def _state(team: Team) -> dict[str, object]:
    return {
        "code": team.code,
        "name": team.name,
        "lead": team.lead.name if team.lead is not None else "",
        "members": sorted(team.members.values_list("name", flat=True)),
        "is_active": team.is_active,
    }
