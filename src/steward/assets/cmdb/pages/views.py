from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from steward.assets.cmdb.models import Item, Relation
from steward.assets.cmdb.pages.forms import ItemForm, RelationForm, RetireForm, initial_of
from steward.assets.cmdb.queries import impacted_by, relations_of, visible_to
from steward.assets.cmdb.registry import KINDS, kind_choices
from steward.assets.cmdb.services import (
    ItemProblemError,
    create_item,
    relate,
    retire_item,
    subject_of,
    unrelate,
    update_item,
)
from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.errors import StewardError
from steward.kernel.instants import now

PAGE_SIZE = 50


@page("cmdb.item.view")
def item_list(request: HttpRequest) -> HttpResponse:
    """All items by kind, searched by code, name or address."""
    visible = visible_to(request.user)
    counts = {row["kind"]: row["n"] for row in visible.values("kind").annotate(n=Count("id")).order_by()}  # fmt: skip
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    rows = visible.order_by("kind", "code")
    if kind:
        rows = rows.filter(kind=kind)
    if request.GET.get("system", "").isdigit():
        rows = rows.filter(system_id=int(request.GET["system"]))
    if words:
        rows = rows.filter(
            Q(code__icontains=words)
            | Q(name__icontains=words)
            | Q(attributes__address__icontains=words)
        )
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "tabs": [(code, label, counts.get(code, 0)) for code, label in kind_choices()],
        "total": sum(counts.values()),
        "kind": kind,
        "q": words,
        "may_change": request.user.has_perm("cmdb.item.change"),
    }
    return render_page(request, "cmdb/list.html", context, title="配置项")


def _item(request: HttpRequest, item_id: int) -> Item:
    return get_object_or_404(visible_to(request.user), pk=item_id)


@page("cmdb.item.view")
def detail(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: what it is, what it hangs on, what hangs on it, and other apps' panels."""
    return _detail(request, _item(request, item_id), RelationForm())


def _detail(
    request: HttpRequest, item: Item, relation_form: RelationForm, *, status: int = 200
) -> HttpResponse:
    kind = KINDS.get(item.kind)
    attributes = [(a.label, item.attributes.get(a.code)) for a in kind.attributes()]
    subject = subject_of(item)
    context = {
        "item": item,
        "attributes": [(label, value) for label, value in attributes if value not in (None, "")],
        "relations": relations_of(item),
        "impact": impacted_by(item.pk),
        "members": visible_to(request.user).filter(system=item).count(),
        "panels": panels_for(subject, request),
        "history": audit.history(subject, limit=20),
        "relation_form": relation_form,
        "retire_form": RetireForm(),
        "may_change": request.user.has_perm("cmdb.item.change"),
    }
    return render_page(request, "cmdb/detail.html", context, title=item.name, status=status)


@page("cmdb.item.change")
def create(request: HttpRequest, kind: str) -> HttpResponse:
    """A new item of a kind."""
    if kind not in dict(kind_choices()):
        raise Http404
    form = ItemForm(request.POST or None, kind=KINDS.get(kind), user=request.user,
                    initial={"status": "running", "importance": "general"})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            item = create_item(form.draft(), by=actor_of(request.user), now=now())
        except ItemProblemError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已登记“{item.name}”")
            return redirect("cmdb:detail", item.pk)
    return _form(request, form, title=f"登记{KINDS.get(kind).label}")


@page("cmdb.item.change")
def edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Change an item."""
    item = _item(request, item_id)
    form = ItemForm(request.POST or None, kind=KINDS.get(item.kind), user=request.user,
                    initial=initial_of(item))  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            update_item(item, form.draft(), by=actor_of(request.user), now=now())
        except ItemProblemError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已保存")
            return redirect("cmdb:detail", item.pk)
    return _form(request, form, title=f"修改“{item.name}”", item=item)


def _form(
    request: HttpRequest, form: ItemForm, *, title: str, item: Item | None = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    context: dict[str, Any] = {"form": form, "item": item}
    return render_page(request, "cmdb/form.html", context, title=title, status=status)


@require_POST
@page("cmdb.item.change")
def retire(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take an item out of use."""
    item, form = _item(request, item_id), RetireForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        retire_item(item, reason=reason, by=actor_of(request.user), now=now())
        messages.success(request, f"“{item.name}”已退役")
    else:
        messages.error(request, "请写明退役原因")
    return redirect("cmdb:detail", item.pk)


@require_POST
@page("cmdb.item.change")
def add_relation(request: HttpRequest, item_id: int) -> HttpResponse:
    """Relate an item to another."""
    item, form = _item(request, item_id), RelationForm(request.POST)
    if form.is_valid():
        target = visible_to(request.user).filter(code=form.cleaned_data["target"]).first()
        if target is None:
            form.add_error("target", "没有这个编码的配置项")
        else:
            try:
                relate(item, target, type=form.cleaned_data["type"], by=actor_of(request.user),
                       now=now())  # fmt: skip
            except StewardError as error:
                form.add_error("target", error.message)
            else:
                return redirect("cmdb:detail", item.pk)
    return _detail(request, item, form, status=422)


@require_POST
@page("cmdb.item.change")
def remove_relation(request: HttpRequest, relation_id: int) -> HttpResponse:
    """Remove a relation."""
    relation = get_object_or_404(
        Relation.objects.select_related("source", "target"), pk=relation_id
    )
    item = _item(request, relation.source_id)
    unrelate(relation, by=actor_of(request.user), now=now())
    return redirect("cmdb:detail", item.pk)
