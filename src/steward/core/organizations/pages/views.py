from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.core.organizations import queries
from steward.core.organizations.pages.forms import (
    AttributesForm,
    CancelForm,
    MergeForm,
    MoveForm,
    NewForm,
    RenameForm,
)
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import now

VIEW = "organizations.organization.view"
CHANGE = "organizations.organization.change"
PAGE_SIZE = 50
Change = Callable[[dict[str, Any], Actor, datetime], organizations.OrganizationInfo]


def _scope(request: HttpRequest, code: str = VIEW) -> frozenset[int] | None:
    return access.visible_organizations(request.user, code)


def _seen(
    request: HttpRequest, organization_id: int, code: str = VIEW
) -> organizations.OrganizationInfo:
    if not access.can(request.user, code, organization_id):
        raise Http404
    return organizations.get(organization_id)


def _actor(request: HttpRequest) -> Actor:
    return Actor(request.user.pk, str(request.user))


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


@page(VIEW)
def tree(request: HttpRequest) -> HttpResponse:
    """The tree, opened branch by branch; with a search or a filter, a list instead."""
    listing = queries.Listing(
        text=request.GET.get("q", "").strip()[:100],
        parent_id=_number(request, "parent"),
        within_id=_number(request, "within"),
        kind=request.GET.get("kind", ""),
        status=request.GET.get("status", ""),
    )
    context: dict[str, Any] = {
        "listing": listing,
        "kinds": organizations.Kind.choices,
        "states": organizations.Status.choices,
        "may_change": request.user.has_perm(CHANGE),
    }
    if listing == queries.Listing():
        context["rows"] = queries.tops(_scope(request))
        return render_page(request, "organizations/tree.html", context, title="组织机构")
    for key in (listing.parent_id, listing.within_id):
        if key is not None:
            context["place"] = _seen(request, key)
    found = Paginator(queries.listed(listing, _scope(request)), PAGE_SIZE)
    shown = found.get_page(request.GET.get("page"))
    context |= {"page": shown, "rows": queries.to_rows(_only(shown))}
    return render_page(request, "organizations/list.html", context, title="组织机构")


def _only(shown: Any) -> Any:
    return queries.visible(frozenset(row.pk for row in shown))


@page(VIEW)
def branch(request: HttpRequest, organization_id: int) -> HttpResponse:
    """The rows below one body, for the tree to open."""
    _seen(request, organization_id)
    rows = queries.branch(organization_id, _scope(request))
    return render(request, "organizations/rows.html", {"rows": rows})


@page(VIEW)
def detail(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Everything about one body: attributes, what hangs below, other apps' panels, history."""
    info = _seen(request, organization_id)
    scope = _scope(request)
    related = {info.supervisor_id, info.merged_into_id} - {None}
    context = {
        "info": info,
        "path": [a for a in organizations.ancestors(info.id) if scope is None or a.id in scope],
        "related": organizations.get_many(key for key in related if key is not None),
        "figures": queries.figures(info.id, scope),
        "versions": queries.versions(info.id),
        "history": audit.history(info.subject, limit=30),
        "panels": panels_for(info.subject, request),
        "may_change": info.is_normal and access.can(request.user, CHANGE, info.id),
    }
    return render_page(request, "organizations/detail.html", context, title=info.name)


@page(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Add a body, below the one named in the address when one is."""
    parent = _number(request, "parent")
    begin = {"parent_id": _seen(request, parent, CHANGE).code} if parent is not None else {}
    form = NewForm(request.POST or None, initial=begin)

    def create(data: dict[str, Any], by: Actor, at: datetime) -> organizations.OrganizationInfo:
        _within(request, data["parent_id"])
        return organizations.create(organizations.NewOrganization(**data), by=by, now=at)

    return _form_page(request, form, create, title="新增机构", done="已新增")


@page(CHANGE)
def edit(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Change the attributes of a body."""
    info = _seen(request, organization_id, CHANGE)
    values = asdict(info) | {"supervisor_id": _code_of(info.supervisor_id)}
    form = AttributesForm(request.POST or None, initial=values)

    def change(data: dict[str, Any], by: Actor, at: datetime) -> organizations.OrganizationInfo:
        return organizations.change_organization(info.id, data, by=by, now=at)

    return _form_page(request, form, change, title=f"修改“{info.name}”", done="已保存", info=info)


@page(CHANGE)
def rename(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Rename a body; what is published under its name follows."""
    info = _seen(request, organization_id, CHANGE)
    begin = {"to": info.name, "short_name": info.short_name}

    def change(data: dict[str, Any], by: Actor, at: datetime) -> organizations.OrganizationInfo:
        return organizations.rename_organization(info.id, **data, by=by, now=at)

    form = RenameForm(request.POST or None, initial=begin)
    return _form_page(request, form, change, title=f"“{info.name}”改名", done="已改名", info=info)


@page(CHANGE)
def move(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Hang a body under another one."""
    info = _seen(request, organization_id, CHANGE)

    def change(data: dict[str, Any], by: Actor, at: datetime) -> organizations.OrganizationInfo:
        _within(request, data["to"])
        return organizations.move_organization(info.id, **data, by=by, now=at)

    form = MoveForm(request.POST or None, initial={"to": _code_of(info.parent_id)})
    return _form_page(request, form, change, title=f"移动“{info.name}”", done="已移动", info=info)


@page(CHANGE)
def merge(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Let another body continue this one."""
    info = _seen(request, organization_id, CHANGE)

    def change(data: dict[str, Any], by: Actor, at: datetime) -> organizations.OrganizationInfo:
        _within(request, data["into"])
        return organizations.merge_organization(info.id, **data, by=by, now=at)

    form = MergeForm(request.POST or None)
    return _form_page(request, form, change, title=f"合并“{info.name}”", done="已合并", info=info)


@page(CHANGE)
def cancel(request: HttpRequest, organization_id: int) -> HttpResponse:
    """End a body; refused with reasons and links while it is in use."""
    info = _seen(request, organization_id, CHANGE)

    def change(data: dict[str, Any], by: Actor, at: datetime) -> organizations.OrganizationInfo:
        return organizations.cancel_organization(info.id, **data, by=by, now=at)

    form = CancelForm(request.POST or None)
    return _form_page(request, form, change, title=f"撤销“{info.name}”", done="已撤销", info=info)


def _form_page(
    request: HttpRequest,
    form: forms.Form,
    change: Change,
    *,
    title: str,
    done: str,
    info: organizations.OrganizationInfo | None = None,
) -> HttpResponse:
    uses: object = ()
    if request.method == "POST" and form.is_valid():
        try:
            changed = change(form.cleaned_data, _actor(request), now())
        except StewardError as refusal:
            field = refusal.data.get("field")
            form.add_error(str(field) if field in form.fields else None, refusal.message)
            uses = refusal.data.get("uses", ())
        else:
            messages.success(request, f"{done}：{changed.name}")
            return redirect("organizations:detail", changed.id)
    choices = organizations.search("", within=_scope(request, CHANGE), limit=2000)
    context = {"form": form, "info": info, "uses": uses, "choices": choices, "heading": title}
    return render_page(request, "organizations/form.html", context, title=title)


def _within(request: HttpRequest, organization_id: int | None) -> None:
    """A place in the tree that the person may not change answers as if it were not there."""
    scope = _scope(request, CHANGE)
    if scope is not None and organization_id not in scope:
        raise organizations.TreeError("所选的机构不在你的管理范围内，请另选")


def _code_of(organization_id: int | None) -> str:
    return "" if organization_id is None else organizations.get(organization_id).code
