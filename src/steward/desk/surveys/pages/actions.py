"""What the client does with a round; each is one service call."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, render_page
from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Round
from steward.desk.surveys.pages.forms import DrawForm, ExtendForm, ImportForm
from steward.desk.surveys.pages.rounds import told
from steward.desk.surveys.queries import RUN, round_for
from steward.desk.surveys.sheets import links_book, template
from steward.desk.tickets import api as desk
from steward.kernel.errors import InvalidError, NotFoundError
from steward.kernel.instants import now as wall_clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE = 10 * 1024**2
Action = Callable[[HttpRequest, Round], str]


def _import(request: HttpRequest, row: Round) -> str:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        raise InvalidError("请选择名单文件")
    upload = form.cleaned_data["file"]
    if upload.size > LARGEST_FILE:
        raise InvalidError("名单文件超过 10 MB，请拆分后导入")
    read = surveys.read_people(upload.read(), upload.name)
    done = surveys.add_recipients(
        row.pk, read.people, by=accounts.actor_of(request.user), now=wall_clock()
    )
    told(request, [*read.problems, *done.problems])
    return f"已加入 {done.added} 人"


def _bodies(request: HttpRequest, row: Round) -> str:
    text = request.POST.get("organization", "")
    body = organizations.get(int(text)) if text.isdecimal() else None
    if body is None or not access.scope_of(request.user, RUN).covers(body.id):
        raise InvalidError("请选择您管理范围内的机构")
    people = surveys.people_of_bodies(body.id, now=wall_clock())
    done = surveys.add_recipients(
        row.pk, people, by=accounts.actor_of(request.user), now=wall_clock()
    )
    told(request, done.problems)
    return f"已加入“{body.name}”及下级的用户 {done.added} 人"


def _draw(request: HttpRequest, row: Round) -> str:
    form = DrawForm(request.POST)
    if not form.is_valid():
        raise InvalidError("请选择抽样方法，样本量填整数")
    drawn = surveys.draw_sample(
        row.pk,
        method=form.cleaned_data["method"],
        size=form.cleaned_data["size"],
        by=accounts.actor_of(request.user),
        now=wall_clock(),
    )
    return f"已抽取 {drawn} 人"


def _open(request: HttpRequest, row: Round) -> str:
    surveys.open_round(row.pk, by=accounts.actor_of(request.user), now=wall_clock())
    return "调查已开始，请发送邀请"


def _invite(request: HttpRequest, row: Round) -> str:
    base = request.build_absolute_uri("/").rstrip("/")
    sent = surveys.invite(row.pk, base=base, by=accounts.actor_of(request.user), now=wall_clock())
    return f"已发送平台消息 {sent.notices} 人，正在发送邮件 {sent.mails} 封"


def _extend(request: HttpRequest, row: Round) -> str:
    form = ExtendForm(request.POST)
    if not form.is_valid():
        raise InvalidError("请填写新的截止时间")
    surveys.extend_round(
        row.pk,
        closes_at=form.cleaned_data["closes_at"],
        by=accounts.actor_of(request.user),
        now=wall_clock(),
    )
    return "截止时间已延后"


def _cancel(request: HttpRequest, row: Round) -> str:
    reason = request.POST.get("reason", "")
    surveys.cancel_round(
        row.pk, reason=reason, by=accounts.actor_of(request.user), now=wall_clock()
    )
    return "调查已取消"


def _close(request: HttpRequest, row: Round) -> str:
    surveys.close_round(row.pk, by=accounts.actor_of(request.user), now=wall_clock())
    return "调查已结束，结果已冻结并作为证据保存"


ACTIONS: dict[str, Action] = {
    "import": _import,
    "bodies": _bodies,
    "draw": _draw,
    "open": _open,
    "invite": _invite,
    "extend": _extend,
    "cancel": _cancel,
    "close": _close,
}


@require_POST
@page(RUN)
def act(request: HttpRequest, round_id: int, action: str) -> HttpResponse:
    """One step of a round; what is wrong is told on the page of errors."""
    row = round_for(request.user, round_id, RUN)
    if action not in ACTIONS:
        raise NotFoundError("没有这个操作")
    messages.success(request, ACTIONS[action](request, row))
    return redirect("surveys:round", round_id)


@require_POST
@never_cache
@page(RUN)
def links(request: HttpRequest, round_id: int) -> HttpResponse:
    """The list of personal links as Excel: made now, shown only in this answer."""
    row = round_for(request.user, round_id, RUN)
    made = surveys.export_links(row.pk, by=accounts.actor_of(request.user), now=wall_clock())
    rows = [(name, unit, _address(request, token)) for name, unit, token in made]
    return _download(links_book(rows), f"links-{row.pk}-{row.exports + 1}.xlsx")


@require_POST
@never_cache
@page(RUN)
def reissue(request: HttpRequest, round_id: int, recipient_id: int) -> HttpResponse:
    """A new personal link for somebody who lost theirs, shown once."""
    row = round_for(request.user, round_id, RUN)
    token = surveys.reissue(
        row.pk, recipient_id, by=accounts.actor_of(request.user), now=wall_clock()
    )
    context = {"round": row, "address": _address(request, token)}
    return render_page(request, "surveys/reissued.html", context, title="新的个人链接")


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("surveys:answer", args=[token]))


@page(RUN)
def sheet(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The empty list of people."""
    return _download(template(), "people.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
@page("desk.ticket.rate")
def rate(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """One click by the requester of an ended ticket."""
    ticket = desk.get_ticket(ticket_id)
    if ticket.requester_id != request.user.pk:
        raise NotFoundError("没有这张工单")
    text = request.POST.get("rating", "")
    surveys.rate_ticket(
        ticket,
        rating=int(text) if text in {"1", "2", "3", "4", "5"} else 0,
        comment=request.POST.get("comment", ""),
        by=accounts.actor_of(request.user),
        now=wall_clock(),
    )
    messages.success(request, "谢谢您的评价")
    return redirect("desk:ticket", ticket_id)
