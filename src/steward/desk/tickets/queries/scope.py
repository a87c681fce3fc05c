from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from steward.core.access import api as access
from steward.desk.tickets.models import Clock, Team, Ticket
from steward.kernel.errors import NotFoundError

VIEW = "desk.ticket.view"
Somebody = AbstractBaseUser | AnonymousUser


def teams_of(user: Somebody) -> list[int]:
    """The ids of the teams that somebody belongs to or leads."""
    rows = Team.objects.filter(Q(members=user.pk) | Q(lead=user.pk), is_active=True)
    return sorted(set(rows.values_list("pk", flat=True)))


def visible_to(user: Somebody, permission: str = VIEW) -> QuerySet[Ticket]:
    """The tickets somebody may see: those of their bodies, and those they or their team have."""
    bodies = access.visible_organizations(user, permission)
    if bodies is None:
        return Ticket.objects.all()
    return Ticket.objects.filter(
        Q(organization_id__in=bodies)
        | Q(assignee_id=user.pk)
        | Q(requester_id=user.pk)
        | Q(team_id__in=teams_of(user))
    )


def visible_ticket(user: Somebody, ticket_id: int) -> Ticket:
    """One ticket through its scope; NotFoundError whether unknown or forbidden."""
    rows = visible_to(user).select_related("policy", "team", "assignee", "item", "organization")
    ticket = rows.filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFoundError("没有这张工单")
    return ticket


def visible_clock(user: Somebody, clock_id: int) -> Clock:
    """One clock through its ticket's scope; NotFoundError whether unknown or forbidden."""
    clock = Clock.objects.select_related("rule", "ticket__policy").filter(pk=clock_id).first()
    if clock is None or not visible_to(user).filter(pk=clock.ticket_id).exists():
        raise NotFoundError("没有这个时限")
    return clock
