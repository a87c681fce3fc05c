from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.calendars import api as calendars
from steward.core.ui.api import page, render_page
from steward.desk.tickets.models import Adjustment, Clock, PolicyRuleRow, PolicyVersion, Ticket
from steward.desk.tickets.pages.actions import sides_of
from steward.desk.tickets.pages.forms import DecideForm
from steward.desk.tickets.pages.periods import which_of
from steward.desk.tickets.queries.cards import card_of, lines_of, spec_words, target_words
from steward.desk.tickets.queries.judged import judge, judged_ids
from steward.desk.tickets.queries.reading import read_clocks
from steward.desk.tickets.queries.scope import visible_clock, visible_ticket, visible_to
from steward.desk.tickets.services.adjustments import decide_adjustment
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import now as wall_clock

PAGE = 50


@page("desk.ticket.view")
def clock_page(request: HttpRequest, clock_id: int) -> HttpResponse:
    """逐段说明: every stretch of one clock, the events behind it and the promise."""
    clock = visible_clock(request.user, clock_id)
    now = wall_clock()
    status = read_clocks([clock], at=now)[clock.pk]
    reasons = clock.ticket.policy.pause_reasons if clock.ticket.policy is not None else {}
    context = {
        "clock": clock,
        "ticket": clock.ticket,
        "card": card_of(clock, status, now=now),
        "lines": lines_of(clock, status),
        "events": [
            (row, reasons.get(row.reason, row.reason)) for row in clock.events.order_by("id")
        ],
        "spec": spec_words(clock),
        "calendars": [
            (info.name, info.number) for info in map(calendars.version, clock.calendars.values())
        ],
        "adjustments": Adjustment.objects.filter(ticket=clock.ticket).select_related("clock"),
    }
    return render_page(
        request, "desk/clock.html", context, title=f"{clock.ticket.number} {clock.label}时限"
    )


@page("desk.ticket.view")
def clock_list(request: HttpRequest) -> HttpResponse:
    """The clocks behind a figure: breached (default), all judged, or those that do not count."""
    seen = visible_to(request.user)
    policies = _policies(seen)
    which = which_of({"contract": next(iter(policies), "")} | request.GET.dict())
    show = request.GET.get("show", "judged")
    judged = judge(which)
    breaches = {breach.clock_id: breach for breach in judged.breaches}
    chosen = {
        "breached": [pk for pk, breach in breaches.items() if not breach.excluded],
        "excluded": [pk for pk, breach in breaches.items() if breach.excluded],
    }
    ids = chosen[show] if show in chosen else judged_ids(which)
    after = request.GET.get("after", "")
    rows = Clock.objects.filter(pk__in=ids, ticket__in=seen).select_related("ticket", "rule")
    if after.isdigit():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-id")[: PAGE + 1])
    context: dict[str, Any] = {
        "rows": [(clock, breaches.get(clock.pk), _promise(clock)) for clock in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "which": which,
        "contracts": policies.items(),
        "kinds": _kinds(which.contract),
        "chosen_kind": ",".join(which.clock_kinds),
        "show": show,
        "tabs": [
            ("judged", "已判定", judged.population),
            ("breached", "超时", judged.counted),
            ("excluded", "不计入", len(chosen["excluded"])),
        ],
    }
    return render_page(request, "desk/clocks.html", context, title="时限清单")


def _policies(seen: QuerySet[Ticket]) -> dict[str, str]:
    """The contracts with time limits whose tickets somebody sees, with their words."""
    rows = PolicyVersion.objects.filter(contract__in=seen.order_by().values("contract").distinct())
    return {row.contract: row.label for row in rows.order_by("contract", "effective_from", "id")}


def _kinds(contract: str) -> list[tuple[str, str]]:
    """The kinds of clocks of a contract: code and the words of its rules."""
    rules = PolicyRuleRow.objects.filter(policy__contract=contract).order_by("id")
    found: dict[str, list[str]] = {}
    for rule in rules:
        words = found.setdefault(rule.spec["kind"], [])
        words += [] if rule.label in words else [rule.label]
    return [(code, "、".join(words)) for code, words in found.items()]


def _promise(clock: Clock) -> str:
    return target_words(clock.rule.spec["target"], clock.rule.spec["unit"])


@page("desk.ticket.view")
def decide(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Confirm or refuse what the other side proposed."""
    row = Adjustment.objects.filter(pk=adjustment_id).first()
    if row is None or not sides_of(request):
        raise NotFoundError("没有这条计时调整")
    ticket = visible_ticket(request.user, row.ticket_id)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        side = form.cleaned_data["side"]
        if side not in dict(sides_of(request)):
            raise NotFoundError("没有这条计时调整")
        decide_adjustment(
            row.pk,
            agree=form.cleaned_data["verdict"] == "yes",
            side=side,
            note=form.cleaned_data["note"],
            by=actor_of(request.user),
            now=wall_clock(),
        )
        messages.success(request, "已记录")
    return redirect("desk:ticket", ticket.pk)


@page("desk.policy.view")
def policies(request: HttpRequest) -> HttpResponse:
    """时限政策: every installed version with its promises."""
    rows = PolicyVersion.objects.prefetch_related("rules")
    context = {
        "policies": [
            (
                row,
                [
                    (rule, target_words(rule.spec["target"], rule.spec["unit"]))
                    for rule in row.rules.all()
                ],
            )
            for row in rows
        ]
    }
    return render_page(request, "desk/policies.html", context, title="时限政策")
