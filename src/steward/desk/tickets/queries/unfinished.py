from django.db.models import Q, QuerySet

from steward.desk.tickets.models import Ticket, TimelineEntry
from steward.desk.tickets.queries.judged import Which, tickets_which

_DONE = ("resolved", "closed")
_ENDINGS = (*_DONE, "reopened")


def unfinished_which(which: Which) -> QuerySet[Ticket]:
    """The tickets meant that were not resolved as known at `as_of`, void ones included.

    The stored state is right unless the log has an ending recorded later; those tickets are read
    from the part of their log that was known.
    """
    rows = tickets_which(which)
    touched = set(
        TimelineEntry.objects.filter(
            happening__in=_ENDINGS,
            recorded_at__gte=which.as_of,
            ticket__contract=which.contract,
        ).values_list("ticket_id", flat=True)
    )
    left = Q(resolved_at__isnull=True) | Q(resolved_at__gte=which.as_of)
    if not touched:
        return rows.filter(left)
    known = TimelineEntry.objects.filter(
        ticket_id__in=touched, happening__in=_ENDINGS, recorded_at__lt=which.as_of
    ).order_by("recorded_at", "id")
    last = dict(known.values_list("ticket_id", "happening"))
    open_then = [pk for pk in touched if last.get(pk) not in _DONE]
    return rows.filter(left & ~Q(pk__in=touched) | Q(pk__in=open_then))
