"""The queue: tabs with their exact counts, filters, search, pages by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from steward.desk.tickets.choices import OPEN_STATES, TicketState, Urgency
from steward.desk.tickets.models import Ticket
from steward.desk.tickets.queries.scope import Somebody, teams_of, visible_to
from steward.desk.tickets.queries.tickets import grams_of
from steward.kernel.errors import InvalidError

PAGE = 50
OPEN = Q(state__in=[state.value for state in OPEN_STATES])


class InvalidCursorError(InvalidError):
    """A page address that was not made by this list."""

    code = "desk.invalid_cursor"


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the queue; `count` None where counting would mean reading everything."""

    code: str
    label: str
    count: int | None = None


TABS = {
    "mine": "我的",
    "team": "本组",
    "open": "全部在办",
    "soon": "将超时",
    "late": "已超时",
    "new": "待分派",
    "suspended": "已挂起",
    "resolved": "待关闭",
    "all": "全部历史",
}
BY_NUMBER = ("resolved", "all")


def tab_filter(tab: str, user: Somebody, teams: Sequence[int]) -> Q:
    """The condition of a tab; every tab but the last two shows open tickets."""
    found = {
        "mine": OPEN & Q(assignee_id=user.pk),
        "team": OPEN & Q(team_id__in=teams),
        "open": OPEN,
        "soon": OPEN & Q(urgency=Urgency.SOON),
        "late": OPEN & Q(urgency=Urgency.LATE),
        "new": OPEN & Q(state=TicketState.NEW),
        "suspended": OPEN & Q(state=TicketState.SUSPENDED),
        "resolved": Q(state=TicketState.RESOLVED),
        "all": Q(),
    }
    return found.get(tab, found["open"])


def tabs_for(user: Somebody) -> list[Tab]:
    """Every tab of open tickets with the exact count of its rows, in one pass over an index."""
    rows = (
        visible_to(user)
        .filter(OPEN)
        .order_by()
        .values("urgency", "state")
        .annotate(
            found=Count("urgency"),
            own=Count("urgency", filter=Q(assignee_id=user.pk)),
            ours=Count("urgency", filter=Q(team_id__in=teams_of(user))),
        )
    )
    counts = dict.fromkeys((code for code in TABS if code not in BY_NUMBER), 0)
    for row in rows:
        for code in _tabs_of(row["urgency"], row["state"]):
            counts[code] += row["found"]
        counts["mine"] += row["own"]
        counts["team"] += row["ours"]
    return [Tab(code, label, counts.get(code)) for code, label in TABS.items()]


def _tabs_of(urgency: int, state: str) -> list[str]:
    found = ["open"]
    found += [
        code for code, value in (("soon", Urgency.SOON), ("late", Urgency.LATE)) if urgency == value
    ]
    found += [code for code in ("new", "suspended") if state == code]
    return found


def count_due(user: Somebody) -> int:
    """How many open tickets somebody has; for the badge."""
    return Ticket.objects.filter(OPEN, assignee_id=user.pk).count()


def count_late(user: Somebody, contract: str) -> int:
    """How many open tickets of a contract somebody sees have a clock that ran out.

    The rows are those of `/desk/?tab=late&contract=…`.
    """
    return visible_to(user).filter(OPEN, urgency=Urgency.LATE, contract=contract).count()


FILTERS = ("kind", "severity", "contract", "state", "organization", "team", "assignee", "channel",
           "item", "tag")  # fmt: skip


def filtered(rows: QuerySet[Ticket], given: Mapping[str, str]) -> QuerySet[Ticket]:
    """Narrow by the filters of the page's address; unknown names are ignored."""
    for name in FILTERS:
        value = given.get(name, "").strip()
        if not value:
            continue
        if name in ("organization", "team", "assignee", "item"):
            rows = rows.filter(**{f"{name}_id": int(value)}) if value.isdigit() else rows.none()
        elif name == "tag":
            rows = rows.filter(tags__contains=[value])
        else:
            rows = rows.filter(**{name: value})
    return searched(rows, given.get("q", ""))


def searched(rows: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """A number or its beginning (inc-2026-005, 591), or words of the title."""
    plain = text.strip()
    if not plain:
        return rows
    if plain.isascii() and plain.replace("-", "").isalnum() and "-" in plain:
        return rows.filter(number__startswith=plain.upper())
    if plain.isdigit():
        return rows.filter(Q(number__endswith=f"-{int(plain):05d}") | _in_title(plain))
    return rows.filter(_in_title(plain))


def _in_title(text: str) -> Q:
    grams = grams_of(text)
    if not grams:
        return Q(title__istartswith=text)
    return Q(grams__contains=grams) & Q(title__icontains=text)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; the cursors are None at the ends of the list."""

    rows: list[Ticket]
    after: str | None


def page_of(rows: QuerySet[Ticket], *, tab: str, after: str = "", size: int = PAGE) -> Page:
    """One page by key, so that the thousandth page costs what the first does.

    Open tickets come by their next due time, history by newest first.
    """
    by_number = tab in BY_NUMBER
    ordered = rows.order_by("-id") if by_number else rows.order_by("queue_at", "id")
    if after:
        ordered = ordered.filter(_beyond(after, by_number=by_number))
    related = ordered.select_related("policy", "assignee", "team")
    found = list(related.defer("description", "grams", "resolution")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], None if last is None else cursor_of(last, by_number=by_number))


def cursor_of(ticket: Ticket, *, by_number: bool) -> str:
    """Where a row stands in the list, for the address of what follows it."""
    return str(ticket.pk) if by_number else f"{ticket.queue_at.isoformat()}~{ticket.pk}"


def _beyond(after: str, *, by_number: bool) -> Q:
    try:
        if by_number:
            return Q(pk__lt=int(after))
        at, _, pk = after.partition("~")
        instant, number = datetime.fromisoformat(at), int(pk)
    except ValueError:
        raise InvalidCursorError("翻页地址无效，请从第一页重新开始") from None
    return Q(queue_at__gte=instant) & (Q(queue_at__gt=instant) | Q(pk__gt=number))


def neighbours(
    ticket: Ticket, rows: QuerySet[Ticket], *, tab: str
) -> tuple[int | None, int | None]:
    """The tickets before and after one in a list, by id."""
    if tab in BY_NUMBER:
        before = rows.filter(pk__gt=ticket.pk).order_by("id")
        after = rows.filter(pk__lt=ticket.pk).order_by("-id")
    else:
        at, pk = ticket.queue_at, ticket.pk
        before = rows.filter(Q(queue_at__lt=at) | Q(queue_at=at, pk__lt=pk)).order_by(
            "-queue_at", "-id"
        )
        after = rows.filter(Q(queue_at__gt=at) | Q(queue_at=at, pk__gt=pk)).order_by(
            "queue_at", "id"
        )
    return (
        before.values_list("pk", flat=True).first(),
        after.values_list("pk", flat=True).first(),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some open tickets are late, soon late, and not yet either."""

    late: int
    soon: int
    calm: int


def tallies(rows: QuerySet[Ticket]) -> Tally:
    """Count open tickets by urgency."""
    found = rows.aggregate(
        late=Count("pk", filter=Q(urgency=Urgency.LATE)),
        soon=Count("pk", filter=Q(urgency=Urgency.SOON)),
        calm=Count("pk", filter=Q(urgency=Urgency.CALM)),
    )
    return Tally(**found)
