from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.core.roles import queries, review, sheet
from steward.core.roles.pages.forms import GrantForm, ReasonForm, RoleForm
from steward.core.ui.api import page, render_page
from steward.kernel.errors import StewardError
from steward.kernel.instants import local_date, now
from steward.kernel.subjects import Subject

VIEW = "roles.role.view"
CHANGE = "roles.role.change"
GRANT = "roles.grant.change"
REVIEW = "roles.review.view"
PAGE_SIZE = 50
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _groups(chosen: set[str] | None = None) -> list[dict[str, Any]]:
    """Permissions under their headings; with `chosen` None all, else each with its tick."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in access.permissions():
        ticked = chosen is None or one.code in chosen
        duty = access.duty_of(one.code)
        found.setdefault(one.group, []).append(
            {"code": one.code, "label": one.label, "on": ticked,
             "duty": "" if duty == access.Duty.NONE else roles.DutyChoice(duty.value).label}
        )  # fmt: skip
    return [{"name": name, "items": items} for name, items in found.items()]


@page(VIEW)
def role_list(request: HttpRequest) -> HttpResponse:
    """All roles with how many grants of each are in force."""
    context = {
        "rows": queries.roles_with_counts(),
        "may_change": request.user.has_perm(CHANGE),
        "may_review": request.user.has_perm(REVIEW),
    }
    return render_page(request, "roles/roles.html", context, title="角色")


@page(VIEW)
def role(request: HttpRequest, role_id: int) -> HttpResponse:
    """One role: what it allows, in words."""
    info = roles.get_role(role_id)
    groups = [
        {"name": g["name"], "items": [i for i in g["items"] if i["on"]]}
        for g in _groups(set(info.permissions))
    ]
    context = {
        "info": info,
        "groups": [g for g in groups if g["items"]],
        "gone": [code for code in info.permissions if not access.is_declared(code)],
        "history": audit.history(info.subject, limit=30),
        "may_change": request.user.has_perm(CHANGE),
        "may_review": request.user.has_perm(REVIEW),
    }
    return render_page(request, "roles/role.html", context, title=info.name)


@page(CHANGE)
def new_role(request: HttpRequest) -> HttpResponse:
    """Add a role, perhaps as a copy of another one."""
    source = _number(request, "copy")
    begin: dict[str, Any] = {}
    if source is not None:
        info = roles.get_role(source)
        begin = {"name": f"{info.name}（副本）", "duty": info.duty,
                 "description": info.description,
                 "permissions": list(info.permissions)}  # fmt: skip
    form = RoleForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            made = roles.create_role(form.draft(), by=accounts.actor_of(request.user), now=now())
        except StewardError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"已新增角色“{made.name}”")
            return redirect("roles:role", made.id)
    return _role_page(request, form, "新增角色")


@page(CHANGE)
def edit_role(request: HttpRequest, role_id: int) -> HttpResponse:
    """Change a role of one's own making."""
    info = roles.get_role(role_id)
    begin = {"name": info.name, "duty": info.duty, "description": info.description,
             "permissions": list(info.permissions)}  # fmt: skip
    form = RoleForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            roles.change_role(role_id, form.draft(), by=accounts.actor_of(request.user), now=now())
        except StewardError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, "已保存，持有人的权限随即变化")
            return redirect("roles:role", role_id)
    return _role_page(request, form, f"修改角色“{info.name}”")


@page(CHANGE)
@require_POST
def switch_role(request: HttpRequest, role_id: int) -> HttpResponse:
    """Turn a role off or on."""
    info = roles.get_role(role_id)
    roles.switch_role(role_id, on=not info.is_active, by=accounts.actor_of(request.user), now=now())
    messages.success(request, "已停用" if info.is_active else "已启用")
    return redirect("roles:role", role_id)


@page(GRANT)
def grant(request: HttpRequest, post_id: int) -> HttpResponse:
    """Give a role on a post."""
    post = accounts.get_post(post_id)
    if not access.can(request.user, GRANT, post.organization_id):
        raise Http404
    user = accounts.get_user(post.user_id)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = roles.NewGrant(post_id, data["role"], reach=data["reach"],
                                reason=data["reason"], expires_at=data["expires_at"])  # fmt: skip
        try:
            _refuse_wider(request, wanted)
            roles.grant_role(wanted, by=accounts.actor_of(request.user), now=now())
        except StewardError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, "已授予，随即生效")
            return redirect("accounts:detail", post.user_id)
    context = {"form": form, "post": post, "user_info": user}
    return render_page(request, "roles/grant.html", context, title="授予角色")


@page(GRANT)
@require_POST
def revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a role away."""
    info = roles.get_grant(grant_id)
    if not access.can(request.user, GRANT, info.organization_id):
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        roles.revoke_role(grant_id, by=accounts.actor_of(request.user), now=now(),
                          reason=form.cleaned_data["reason"])  # fmt: skip
        messages.success(request, f"已收回“{info.user_name}”的角色“{info.role_name}”")
    else:
        messages.error(request, "收回角色要写明原因")
    return redirect("accounts:detail", info.user_id)


def _wanted(request: HttpRequest) -> review.ReviewFilter:
    return review.ReviewFilter(
        text=request.GET.get("q", "").strip()[:100],
        role_id=_number(request, "role"),
        organization_id=_number(request, "organization"),
        user_id=_number(request, "user"),
        flag=request.GET.get("flag", ""),
    )


@page(REVIEW)
def review_page(request: HttpRequest) -> HttpResponse:
    """Who holds what; the odd ones marked, each count a link to its rows."""
    moment = now()
    within = access.visible_organizations(request.user, REVIEW)
    wanted = _wanted(request)
    found = review.reviewed(wanted, within, now=moment)
    shown = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    counted = review.counts(within, now=moment)
    ids = [row.pk for row in shown]
    place = wanted.organization_id
    context = {
        "wanted": wanted,
        "page": shown,
        "rows": list(review.to_rows(found.filter(pk__in=ids))),
        "total": counted["all"],
        "odd": counted["any"],
        "flags": [(code, words, counted[code]) for code, words in review.FLAGS.items()],
        "roles": roles.roles(only_active=False),
        "place": organizations.get_many([place]).get(place) if place is not None else None,
        "may_change": request.user.has_perm(GRANT),
    }
    return render_page(request, "roles/review.html", context, title="授权复核")


@page(GRANT)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """State that the ticked grants were reviewed and stay."""
    within = access.visible_organizations(request.user, GRANT)
    ids = [int(text) for text in request.POST.getlist("grant") if text.isascii() and text.isdigit()]
    allowed = review.reviewed(review.ReviewFilter(), within, now=now()).filter(pk__in=ids)
    count = roles.confirm_grants(
        allowed.values_list("pk", flat=True), by=accounts.actor_of(request.user), now=now()
    )
    messages.success(request, f"已复核 {count} 条授权，予以保留")
    return redirect("roles:review")


@page(REVIEW)
def export(request: HttpRequest) -> HttpResponse:
    """The table as shown, all pages, as an Excel file; audited."""
    moment = now()
    within = access.visible_organizations(request.user, REVIEW)
    rows = review.to_rows(review.reviewed(_wanted(request), within, now=moment))
    content, count = sheet.workbook(rows)
    audit.record("roles.exported", Subject("roles.review", "", "授权复核表"),
                 by=accounts.actor_of(request.user), now=moment, after={"rows": count})  # fmt: skip
    name = f"grants-{local_date(moment):%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=EXCEL, headers=headers)


def _role_page(request: HttpRequest, form: RoleForm, heading: str) -> HttpResponse:
    context = {"form": form, "groups": _groups(form.chosen()), "heading": heading}
    return render_page(request, "roles/role_form.html", context, title=heading)


def _refuse(form: Any, refusal: StewardError) -> None:
    field = refusal.data.get("field")
    form.add_error(str(field) if field in form.fields else None, refusal.message)


def _refuse_wider(request: HttpRequest, wanted: roles.NewGrant) -> None:
    """Nobody opens more bodies to others than their own right to grant reaches."""
    wide = access.visible_organizations(request.user, GRANT) is None
    if wanted.reach == roles.Reach.EVERYTHING and not wide:
        raise roles.GrantError("你的授权范围不是全部机构，不能授予“全部机构”")
