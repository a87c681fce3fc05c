from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.desk.tickets.choices import Urgency
from steward.desk.tickets.models import Team
from steward.desk.tickets.pages.forms import people_choices
from steward.desk.tickets.queries.pauses import paused_clocks, shares_of
from steward.desk.tickets.queries.queue import OPEN
from steward.desk.tickets.queries.scope import visible_to
from steward.desk.tickets.services.teams import TeamDraft, save_team
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import at_local, local_date
from steward.kernel.instants import now as wall_clock
from steward.kernel.periods import Period

PAGE = 50


class TeamForm(forms.Form):
    """A team: its name, its people, whether it takes work."""

    name = forms.CharField(label="名称", max_length=60)
    code = forms.CharField(
        label="编码", max_length=40, help_text="小写字母、数字、连字符，例如 onsite-1"
    )
    lead = forms.TypedChoiceField(
        label="组长",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="时限将超时和超时的时候通知组长",
    )
    members = forms.TypedMultipleChoiceField(
        label="成员",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="列出的是能处理工单的人员；成员能看到派给本组的工单",
    )
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_choices()
        lead, members = self.fields["lead"], self.fields["members"]
        assert isinstance(lead, forms.ChoiceField)
        assert isinstance(members, forms.ChoiceField)
        lead.choices = people
        members.choices = people[1:]


@page("desk.routing.view")
def teams(request: HttpRequest) -> HttpResponse:
    """处理组: their people, and the open and late tickets that each has."""
    rows = Team.objects.select_related("lead").prefetch_related("members")
    work = visible_to(request.user).filter(OPEN, team__isnull=False).order_by().values("team")
    counted = work.annotate(held=Count("pk"), late=Count("pk", filter=Q(urgency=Urgency.LATE)))
    counts = {row["team"]: (row["held"], row["late"]) for row in counted}
    context = {
        "rows": [
            (team, *counts.get(team.pk, (0, 0))) for team in rows.order_by("-is_active", "code")
        ],
        "may_change": request.user.has_perm("desk.routing.change"),
    }
    return render_page(request, "desk/teams.html", context, title="处理组")


@page("desk.routing.change")
def edit_team(request: HttpRequest, team_id: int | None = None) -> HttpResponse:
    """Make or change a team."""
    team = Team.objects.filter(pk=team_id).first() if team_id is not None else None
    if team_id is not None and team is None:
        raise NotFoundError("没有这个处理组")
    form = TeamForm(request.POST or None, initial=_initial(team))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft = TeamDraft(
            code=given["code"],
            name=given["name"],
            lead_id=given["lead"],
            member_ids=given["members"],
            is_active=given["is_active"],
        )
        try:
            save_team(draft, team_id=team_id, by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"已保存处理组“{given['name']}”")
            return redirect("desk:teams")
    context = {"form": form, "team": team}
    return render_page(request, "desk/team.html", context, title="处理组")


def _initial(team: Team | None) -> dict[str, Any]:
    if team is None:
        return {}
    return {
        "name": team.name,
        "code": team.code,
        "lead": team.lead_id,
        "members": list(team.members.values_list("pk", flat=True)),
        "is_active": team.is_active,
    }


@page("desk.pauses.view")
def pauses(request: HttpRequest) -> HttpResponse:
    """暂停情况: each engineer's share of paused time in a month, and the clocks behind it."""
    now = wall_clock()
    first = _month(request.GET.get("month", ""), now)
    after = (first + timedelta(days=32)).replace(day=1)
    period = Period(at_local(first), at_local(after))
    contract = request.GET.get("contract", "")
    rows = paused_clocks(request.user, period, contract=contract, at=now)
    chosen = request.GET.get("person", "")
    own = [row for row in rows if str(row.assignee_id or "none") == chosen]
    if request.GET.get("only") == "paused":
        own = [row for row in own if row.paused]
    own.sort(key=lambda row: (-row.paused, row.number))
    contracts = visible_to(request.user).exclude(contract="").order_by("contract")
    context = {
        "shares": shares_of(rows),
        "month": first,
        "previous": f"{first - timedelta(days=1):%Y-%m}",
        "next": f"{after:%Y-%m}" if at_local(after) <= now else None,
        "contract": contract,
        "contracts": contracts.values_list("contract", flat=True).distinct(),
        "chosen": chosen,
        "own": Paginator(own, PAGE).get_page(request.GET.get("page", "1")),
        "name": own[0].assignee if own else "",
    }
    return render_page(request, "desk/pauses.html", context, title="暂停情况")


def _month(text: str, now: datetime) -> date:
    if not text:
        return local_date(now).replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404("month") from None
