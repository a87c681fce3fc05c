from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Member, TeamChange
from steward.contracts.staffing.pages.forms import CorrectForm, LeaveForm, MemberForm
from steward.contracts.staffing.pages.frame import (
    FILE,
    MANAGE,
    contract_of,
    instant_in,
    rights,
)
from steward.contracts.staffing.queries.team import VIEW, members_of, there_on
from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.findings import api as findings
from steward.core.ui.api import page, panels_for, render_page, slice_of, tabs_of
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import local_date
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """驻场团队 of every contract that this person may see."""
    now = wall_clock()
    today = local_date(now)
    contracts = packs.contracts_for(request.user, VIEW)
    codes = [contract.code for contract in contracts]
    rows = Member.objects.filter(there_on(today), contract__in=codes).values("contract")
    counted = {
        row["contract"]: row
        for row in rows.annotate(
            people=Count("pk"), on_site=Count("pk", filter=Q(is_on_site=True)),
            key=Count("pk", filter=Q(is_key=True)),
        )
    }  # fmt: skip
    open_changes = TeamChange.objects.filter(
        contract__in=codes, state__in=("submitted", "accepted")
    ).values("contract").annotate(n=Count("pk"))  # fmt: skip
    waiting = {row["contract"]: row["n"] for row in open_changes}
    lines = [
        {
            "contract": contract,
            "team": counted.get(contract.code),
            "today": staffing.standing_on(contract.code, today, known_at=now),
            "waiting": waiting.get(contract.code, 0),
        }
        for contract in contracts
    ]
    return render_page(request, "staffing/overview.html", {"rows": lines}, title="驻场团队")


@page(VIEW)
def team(request: HttpRequest, code: str) -> HttpResponse:
    """The team of a contract: who is there, who is key, who left."""
    contract = contract_of(request, code)
    now = wall_clock()
    today = local_date(now)
    everybody, there = members_of(code), members_of(code).filter(there_on(today))
    choices: list[tuple[str, str, QuerySet[Any]]] = [
        ("", "在册", there),
        ("site", "驻场", there.filter(is_on_site=True)),
        ("key", "关键人员", there.filter(is_key=True)),
        ("left", "已离场", everybody.filter(left_date__lte=today)),
        ("all", "全部", everybody),
    ]
    chosen = request.GET.get("show", "")
    shown = next((rows for value, _, rows in choices if value == chosen), there)
    context = {
        "contract": contract,
        "tab": "team",
        "tabs": tabs_of(request, "show", choices),
        "slice": slice_of(shown.order_by("-is_key", "-is_on_site", "joined_date", "id"), request),
        "terms": staffing.terms_on(code, today, known_at=now),
        "today": staffing.standing_on(code, today, known_at=now),
        "turnover": staffing.turnover(code, at=now),
        **rights(request.user, code),
    }
    return render_page(request, "staffing/team.html", context, title=f"{contract.title} · 团队")


@page(VIEW)
def left(request: HttpRequest, code: str) -> HttpResponse:
    """Who left in a period, and what was missing: the rows behind the metric."""
    contract = contract_of(request, code)
    now = wall_clock()
    start = instant_in(request.GET.get("start", "")) or contract.start
    end = instant_in(request.GET.get("end", "")) or contract.end
    as_of = min(instant_in(request.GET.get("as_of", "")) or now, now)
    missing, population = staffing.unapproved_between(code, start, end, as_of=as_of)
    context = {"contract": contract, "tab": "team", "rows": missing, "population": population}
    return render_page(request, "staffing/left.html", context, title="未经同意的人员更换")


@page(MANAGE)
def new_member(request: HttpRequest, code: str) -> HttpResponse:
    """登记团队成员."""
    contract = contract_of(request, code, MANAGE)
    now = wall_clock()
    terms = staffing.terms_on(code, local_date(now), known_at=now).staffing
    form = MemberForm(request.POST or None, terms=terms, initial={"joined_date": local_date(now)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = staffing.NewMember(
            contract=code,
            joined_date=given["joined_date"],
            weekdays="".join(given["weekdays"]),
            mobile=given["mobile"],
            identity=given["identity"],
            **form.person(),
        )
        try:
            info = staffing.add_member(new, by=actor_of(request.user), now=now)
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已登记{info.name}")
            return redirect("staffing:member", code, info.id)
    context = {"contract": contract, "tab": "team", "form": form}
    return render_page(request, "staffing/member_form.html", context, title="登记团队成员")


def _member(code: str, member_id: int) -> Member:
    row = members_of(code).filter(pk=member_id).select_related("user").first()
    if row is None:
        raise NotFoundError("没有这位团队成员")
    return row


@page(VIEW)
def member(request: HttpRequest, code: str, member_id: int) -> HttpResponse:
    """One person: position, qualification files, masked personal data, what happened."""
    return _show(request, code, member_id)


def _show(
    request: HttpRequest,
    code: str,
    member_id: int,
    *,
    clear: staffing.Masked | None = None,
    error: StewardError | None = None,
) -> HttpResponse:
    contract = contract_of(request, code)
    row = _member(code, member_id)
    account = row.user.get_username() if row.user else ""
    context = {
        "contract": contract,
        "tab": "team",
        "member": row,
        "private": clear or staffing.masked(row.pk),
        "is_clear": clear is not None,
        "error": error,
        "files": files.of_subject(row.subject),
        "findings": findings.of_subject(row.subject, only_open=True),
        "history": audit.history(row.subject),
        "panels": panels_for(row.subject, request),
        "correct": CorrectForm(
            initial={
                "qualification": row.qualification,
                "weekdays": list(row.weekdays),
                "username": account,
            }
        ),
        "leave": LeaveForm(initial={"left_date": local_date(wall_clock())}),
        **rights(request.user, code),
    }
    status = error.status if error else 200
    return render_page(request, "staffing/member.html", context, title=str(row), status=status)


@page(MANAGE)
def correct(request: HttpRequest, code: str, member_id: int) -> HttpResponse:
    """Correct what is written about a person."""
    contract_of(request, code, MANAGE)
    row = _member(code, member_id)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        patch = staffing.MemberPatch(
            qualification=given["qualification"],
            weekdays="".join(given["weekdays"]),
            mobile=given["mobile"] or None,
            identity=given["identity"] or None,
            user_id=given["username"],
        )
        try:
            staffing.correct_member(row.pk, patch, by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            return _show(request, code, member_id, error=error)
        messages.success(request, "已更正")
        return redirect("staffing:member", code, member_id)
    return _invalid(request, code, member_id, form=form)


def _invalid(request: HttpRequest, code: str, member_id: int, *, form: Any) -> HttpResponse:
    if request.method != "POST":
        return redirect("staffing:member", code, member_id)
    words = "；".join(str(text) for texts in form.errors.values() for text in texts)
    return _show(request, code, member_id, error=staffing.InvalidStaffingError(words))


@page(MANAGE)
def leave(request: HttpRequest, code: str, member_id: int) -> HttpResponse:
    """Record that somebody is no longer there."""
    contract_of(request, code, MANAGE)
    row = _member(code, member_id)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            staffing.end_membership(
                row.pk,
                left_date=form.cleaned_data["left_date"],
                reason_kind=form.cleaned_data["reason_kind"],
                by=actor_of(request.user),
                now=wall_clock(),
            )
        except StewardError as error:
            return _show(request, code, member_id, error=error)
        messages.success(request, f"已登记{row.name}离场")
        return redirect("staffing:member", code, member_id)
    return _invalid(request, code, member_id, form=form)


@page(FILE)
def reveal(request: HttpRequest, code: str, member_id: int) -> HttpResponse:
    """调阅: personal data in clear on this answer only, with a reason that is audited."""
    contract_of(request, code, FILE)
    row = _member(code, member_id)
    if request.method != "POST":
        return redirect("staffing:member", code, member_id)
    try:
        clear = staffing.reveal(
            row.pk,
            reason=request.POST.get("reason", ""),
            by=actor_of(request.user),
            now=wall_clock(),
        )
    except StewardError as error:
        return _show(request, code, member_id, error=error)
    response = _show(request, code, member_id, clear=clear)
    response["Cache-Control"] = "no-store"
    return response


@page(MANAGE)
def upload(request: HttpRequest, code: str, member_id: int) -> HttpResponse:
    """A qualification file of a person."""
    contract_of(request, code, MANAGE)
    row = _member(code, member_id)
    given = request.FILES.get("file")
    if request.method == "POST" and given is not None:
        try:
            _keep(row, given, by_user=request.user, now=wall_clock())
        except StewardError as error:
            return _show(request, code, member_id, error=error)
        messages.success(request, "已上传")
    return redirect("staffing:member", code, member_id)


def _keep(row: Member, given: Any, *, by_user: Any, now: datetime) -> None:
    by = actor_of(by_user)
    stored = files.store(given.file, given.name or "文件", by=by, now=now)
    files.attach(stored.id, row.subject, by=by, now=now, purpose="资质")


@page(VIEW)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """团队人员一览表 as .xlsx, as the team stands now; that it was taken is audited."""
    contract = contract_of(request, code)
    now = wall_clock()
    content = staffing.team_sheet(contract.title, staffing.team_of(code, now), at=now)
    subject = Subject(packs.SUBJECT_KIND, code, contract.title)
    audit.record("staffing.list_exported", subject, by=actor_of(request.user), now=now)
    return as_xlsx(content, f"团队人员一览表-{code}-{local_date(now)}.xlsx")


def as_xlsx(content: bytes, name: str) -> HttpResponse:
    """An Excel file as a download."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
