from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Attendance, Dispute, Member, RosterEntry
from steward.contracts.staffing.pages.frame import (
    CHECK_IN,
    MANAGE,
    REVIEW,
    contract_of,
    day_in,
    instant_in,
    month_in,
    rights,
)
from steward.contracts.staffing.pages.grid import grid_of
from steward.contracts.staffing.queries.days import local_days
from steward.contracts.staffing.queries.team import VIEW, members_of, there_on
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import at_local, local_date
from steward.kernel.instants import now as wall_clock
from steward.kernel.periods import add_months

ONE_DAY = timedelta(days=1)


@page(VIEW)
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """排班 of a month: a line for each person, a column for each day."""
    contract = contract_of(request, code)
    now = wall_clock()
    first = month_in(request.GET.get("month", ""), today=local_date(now))
    last = add_months(first, 1)
    context = {
        "contract": contract,
        "tab": "roster",
        "grid": grid_of(code, first, last, now=now),
        "month": first,
        "previous": add_months(first, -1),
        "next": last,
        "period": urlencode(
            {"start": at_local(first).isoformat(), "end": at_local(last).isoformat()}
        ),
        **rights(request.user, code),
    }
    return render_page(request, "staffing/roster.html", context, title=f"{contract.title} · 排班")


@page(MANAGE)
def generate(request: HttpRequest, code: str) -> HttpResponse:
    """Lay the roster of a month by everybody's week."""
    contract_of(request, code, MANAGE)
    now = wall_clock()
    first = month_in(request.POST.get("month", ""), today=local_date(now))
    if request.method == "POST":
        last = add_months(first, 1)
        by = actor_of(request.user)
        added = staffing.generate_roster(code, first, last, by=by, now=now)
        words = f"已排定 {added} 人日" if added else "本月已全部排定，没有新增"
        messages.success(request, words)
    return redirect(f"/staffing/{code}/roster/?month={first:%Y-%m}")


@page(VIEW)
def days(request: HttpRequest, code: str) -> HttpResponse:
    """The working days of a period with their head counts; those with a gap, or all."""
    contract = contract_of(request, code)
    now = wall_clock()
    start = instant_in(request.GET.get("start", "")) or contract.start
    end = instant_in(request.GET.get("end", "")) or contract.end
    as_of = min(instant_in(request.GET.get("as_of", "")) or now, now)
    short, population = staffing.understaffed(code, start, end, as_of=as_of)
    everything = request.GET.get("show") == "all"
    rows = short
    if everything:
        first, last = local_days(start, min(end, as_of))
        found = staffing.standings(code, first, last, known_at=as_of)
        rows = [d for d in found if d.is_working and d.ends_at <= as_of]
    context = {
        "contract": contract,
        "tab": "days",
        "rows": rows[::-1],
        "short": len(short),
        "population": population,
        "everything": everything,
        "as_of": as_of,
        "unconfirmed": [d for d in rows if not d.is_confirmed],
        **rights(request.user, code),
    }
    return render_page(request, "staffing/days.html", context, title=f"{contract.title} · 出勤")


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the page of a day."""

    member: Member
    plan: RosterEntry | None
    attendance: Attendance | None
    dispute: Dispute | None


@page(VIEW)
def day(request: HttpRequest, code: str, text: str) -> HttpResponse:
    """One day: who is planned, who was there, what is disputed."""
    return _show(request, code, day_in(text))


def _show(
    request: HttpRequest, code: str, chosen: date, *, error: StewardError | None = None
) -> HttpResponse:
    contract = contract_of(request, code)
    now = wall_clock()
    standing = staffing.standing_on(code, chosen, known_at=now)
    if standing is None:
        raise Http404("outside the term")
    today = local_date(now)
    lines = _lines(code, chosen)
    planned = {line.member.pk for line in lines if line.plan and line.plan.state != "off"}
    context = {
        "contract": contract,
        "tab": "days",
        "standing": standing,
        "day": chosen,
        "lines": lines,
        "spare": [line.member for line in lines if line.member.pk not in planned],
        "is_past": chosen < today,
        "is_future": chosen > today,
        "previous": chosen - ONE_DAY,
        "next": chosen + ONE_DAY,
        "error": error,
        **rights(request.user, code),
    }
    status = error.status if error else 200
    title = f"{contract.title} · {chosen}"
    return render_page(request, "staffing/day.html", context, title=title, status=status)


def _lines(code: str, chosen: date) -> list[Line]:
    rows = members_of(code).filter(there_on(chosen)).order_by("-is_on_site", "-is_key", "id")
    plans = RosterEntry.objects.filter(member__contract=code, day=chosen)
    by_member = {plan.member_id: plan for plan in plans.select_related("substitutes")}
    found = Attendance.objects.filter(member__contract=code, day=chosen)
    present = {row.member_id: row for row in found.prefetch_related("disputes")}
    lines = []
    for row in rows:
        attendance = present.get(row.pk)
        disputes = list(attendance.disputes.all()) if attendance else []
        last = max(disputes, key=lambda d: d.pk) if disputes else None
        lines.append(Line(row, by_member.get(row.pk), attendance, last))
    return lines


@dataclass(frozen=True, slots=True)
class Act:
    """One action of the page of a day: what was posted, where, by whom, when."""

    post: Any
    code: str
    day: date
    by: Actor
    now: datetime

    def member(self, name: str = "member") -> int:
        """A posted member of this contract, or 404."""
        return self._own(members_of(self.code), name)

    def attendance(self) -> int:
        rows = Attendance.objects.filter(member__contract=self.code, day=self.day)
        return self._own(rows, "attendance")

    def dispute(self) -> int:
        rows = Dispute.objects.filter(attendance__member__contract=self.code)
        return self._own(rows, "dispute")

    def _own(self, rows: Any, name: str) -> int:
        text = self.post.get(name, "")
        if not text.isdecimal() or not rows.filter(pk=int(text)).exists():
            raise Http404(name)
        return int(text)


def _plan(act: Act) -> object:
    return staffing.plan_day(act.member(), act.day, by=act.by, now=act.now)


def _free(act: Act) -> object:
    return staffing.free_day(act.member(), act.day, by=act.by, now=act.now)


def _absent(act: Act) -> object:
    other = act.member("substitute") if act.post.get("substitute") else None
    reason = act.post.get("reason", "")
    return staffing.mark_absent(
        act.member(), act.day, reason=reason, substitute_id=other, by=act.by, now=act.now
    )


def _late(act: Act) -> object:
    note = act.post.get("note", "")
    return staffing.register_late(act.member(), act.day, note=note, by=act.by, now=act.now)


def _dispute(act: Act) -> object:
    reason = act.post.get("reason", "")
    return staffing.dispute_attendance(act.attendance(), reason=reason, by=act.by, now=act.now)


def _answer(act: Act) -> object:
    answer = act.post.get("answer", "")
    return staffing.answer_dispute(act.dispute(), answer=answer, by=act.by, now=act.now)


def _uphold(act: Act) -> object:
    return staffing.settle_dispute(act.dispute(), upheld=True, by=act.by, now=act.now)


def _withdraw(act: Act) -> object:
    return staffing.settle_dispute(act.dispute(), upheld=False, by=act.by, now=act.now)


def _confirm(act: Act) -> object:
    return staffing.confirm_days(act.code, act.day, act.day + ONE_DAY, by=act.by, now=act.now)


ACTIONS: dict[str, tuple[str, Callable[[Act], object]]] = {
    "plan": (MANAGE, _plan),
    "free": (MANAGE, _free),
    "absent": (MANAGE, _absent),
    "late": (MANAGE, _late),
    "answer": (MANAGE, _answer),
    "dispute": (REVIEW, _dispute),
    "uphold": (REVIEW, _uphold),
    "withdraw": (REVIEW, _withdraw),
    "confirm": (REVIEW, _confirm),
}


@page(VIEW)
def act(request: HttpRequest, code: str, text: str, *, action: str) -> HttpResponse:
    """One action on a day; what is wrong is said on the page."""
    if action not in ACTIONS:
        raise Http404(action)
    permission, run = ACTIONS[action]
    contract_of(request, code, permission)
    chosen = day_in(text)
    if request.method == "POST":
        try:
            run(Act(request.POST, code, chosen, actor_of(request.user), wall_clock()))
        except StewardError as error:
            return _show(request, code, chosen, error=error)
        messages.success(request, "已记录")
    return redirect("staffing:day", code, chosen.isoformat())


@page(REVIEW)
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The client agrees to the ended days of a month, those in dispute excepted."""
    contract_of(request, code, REVIEW)
    now = wall_clock()
    first = month_in(request.POST.get("month", ""), today=local_date(now))
    if request.method == "POST":
        done = staffing.confirm_days(
            code, first, add_months(first, 1), by=actor_of(request.user), now=now
        )
        words = f"已确认 {done.days} 天"
        if done.disputed:
            words += f"；有争议未确认：{'、'.join(str(d) for d in done.disputed)}"
        messages.success(request, words)
    return redirect(f"/staffing/{code}/roster/?month={first:%Y-%m}")


@page(CHECK_IN)
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """到岗签到: the person states to be on site today; a second time changes nothing."""
    contract_of(request, code, CHECK_IN)
    now = wall_clock()
    if request.method == "POST":
        staffing.check_in(
            code, by=actor_of(request.user), now=now, note=request.POST.get("note", "")
        )
        messages.success(request, f"已签到：{local_date(now)}")
    return redirect("staffing:day", code, local_date(now).isoformat())
