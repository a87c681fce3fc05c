from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.ui.api import page, render_page
from steward.data.collection import api as collection
from steward.data.quality import pack_uses, packs
from steward.data.quality.choices import VersionState
from steward.data.quality.models import PackVersion, RulePack
from steward.data.quality.pack_files import changes_in, plain_text
from steward.data.quality.pack_trials import PackTrial, try_pack
from steward.data.quality.pages.pack_forms import PackForm, PackUseForm
from steward.data.quality.queries import table_for, tables_for
from steward.data.quality.tables import columns_of
from steward.engine.rules import OfferedPack, offered_pack, offered_packs
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

VIEW, CHANGE = "quality.rule.view", "quality.rule.change"
RUN, TABLES = "quality.table.run", "quality.table.change"


@page(VIEW)
def pack_list(request: HttpRequest) -> HttpResponse:
    """规则包: what is in the library, where it is used, what the platform brings besides."""
    rows = list(RulePack.objects.prefetch_related("versions", "rules", "uses__table"))
    visible = set(tables_for(request.user).values_list("pk", flat=True))
    lines = [
        {
            "pack": row,
            "newest": next(iter(row.versions.all()), None),
            "rules": sum(not rule.is_retired for rule in row.rules.all()),
            "uses": [use for use in row.uses.all() if use.table_id in visible],
        }
        for row in rows
    ]
    context = {
        "lines": lines,
        "offers": _offers(rows),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "quality/packs.html", context, title="规则包")


def _offers(rows: list[RulePack]) -> list[tuple[OfferedPack, RulePack | None]]:
    """What the platform brings that the library does not have, or has in another edition."""
    known = {row.code: row for row in rows}
    found = []
    for offer in offered_packs():
        row = known.get(offer.code)
        newest = next(iter(row.versions.all()), None) if row is not None else None
        if newest is None or newest.text != plain_text(offer.text()):
            found.append((offer, row))
    return found


@page(CHANGE)
def new_pack(request: HttpRequest) -> HttpResponse:
    """从规则包导入: a file, or what the platform brings; every fault of the file by its line."""
    offer = offered_pack(request.GET.get("offer", ""))
    initial = {} if offer is None else {"code": offer.code, "name": offer.name,
                                        "text": offer.text()}  # fmt: skip
    if pack := RulePack.objects.filter(code=request.GET.get("pack", "")).first():
        initial.setdefault("code", pack.code)
        initial.setdefault("name", pack.name)
    form = PackForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = packs.register_pack(form.draft(), by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, "已存为草稿。看过与在用版本的差别和试算后，提交审核")
            return redirect("quality:pack-version", version.id)
    context = {"form": form, "offer": offer}
    return render_page(request, "quality/pack_new.html", context, title="从规则包导入")


@page(VIEW)
def pack_page(request: HttpRequest, pack_id: int) -> HttpResponse:
    """A pack is read by its newest edition."""
    del request
    version = PackVersion.objects.filter(pack=pack_id).first()
    if version is None:
        raise NotFoundError("没有这个规则包")
    return redirect("quality:pack-version", version.pk)


def _version(version_id: int) -> PackVersion:
    row = PackVersion.objects.select_related("pack").filter(pk=version_id).first()
    if row is None:
        raise NotFoundError("没有这一版规则包")
    return row


@page(VIEW)
def version_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """One edition: rule by rule what it changes, where it is used, submit."""
    return _show(request, _version(version_id))


@require_POST
@page(RUN)
def try_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """试算: what the edition would find on the tables that use the pack; nothing is kept."""
    version = _version(version_id)
    if version.state not in (VersionState.DRAFT, VersionState.REVIEW):
        messages.error(request, "只有还没审定的版本可以试算")
        return redirect("quality:pack-version", version.pk)
    tables = list(tables_for(request.user))
    return _show(request, version, trials=try_pack(version, tables, now=wall_clock()))


def _show(
    request: HttpRequest, version: PackVersion, *, trials: list[PackTrial] | None = None
) -> HttpResponse:
    changes = changes_in(version)
    uses = version.pack.uses.filter(table__in=tables_for(request.user)).select_related("table")
    is_open = version.state in (VersionState.DRAFT, VersionState.REVIEW)
    context: dict[str, Any] = {
        "version": version,
        "pack": version.pack,
        "versions": version.pack.versions.all(),
        "changes": [change for change in changes if change.kind != "same"],
        "same": [change for change in changes if change.kind == "same"],
        "words": packs.words_of_changes(version),
        "uses": uses,
        "trials": trials,
        "may_try": is_open and request.user.has_perm(RUN),
        "may_submit": version.state == VersionState.DRAFT and request.user.has_perm(CHANGE),
        "approval": approvals.get(version.approval_id) if version.approval_id else None,
    }
    return render_page(request, "quality/pack_version.html", context, title=str(version))


@require_POST
@page(CHANGE)
def submit(request: HttpRequest, version_id: int) -> HttpResponse:
    """提交审核: one decision for every rule of the edition."""
    version = _version(version_id)
    try:
        packs.submit_pack(version.pk, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已提交审核，全部规则一次审定；提交人本人不能审核")
    return redirect("quality:pack-version", version.pk)


@page(TABLES)
def choose(request: HttpRequest, table_id: int) -> HttpResponse:
    """从规则包配置: which pack."""
    table = table_for(request.user, table_id)
    used = {use.pack_id: use for use in table.packs.all()}
    rows = RulePack.objects.filter(versions__state=VersionState.APPROVED).distinct()
    context = {"table": table, "lines": [(row, used.get(row.pk)) for row in rows]}
    return render_page(request, "quality/pack_choose.html", context, title="从规则包配置")


@page(TABLES)
def use(request: HttpRequest, table_id: int, pack_id: int) -> HttpResponse:
    """从规则包配置: which column and which table play which part."""
    table = table_for(request.user, table_id)
    pack = RulePack.objects.filter(pk=pack_id, versions__state=VersionState.APPROVED).first()
    if pack is None:
        raise NotFoundError("没有这个已批准的规则包")
    rules = pack_uses.rules_in_force(pack)
    version = pack.versions.filter(state=VersionState.APPROVED).first()
    held = table.packs.filter(pack=pack).first()
    form = PackUseForm(
        request.POST or None,
        parts=pack_uses.parts_of(rules),
        own=columns_of(table.name),
        lake=collection.lake().tables(),
        held=held,
        usual=lambda name: pack_uses.usual_table(pack, name, version.tables if version else {}),
    )
    if request.method == "POST" and form.is_valid():
        try:
            found = pack_uses.use_pack(
                table.pk, form.draft(pack.code), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已配置 {found.rules} 条规则，下次检查起生效")
            if found.skipped:
                messages.warning(request, f"{len(found.skipped)} 条规则缺列或缺表，没有配置")
            return redirect("quality:table", table.pk)
    context = {"form": form, "table": table, "pack": pack, "rules": rules, "held": held}
    return render_page(request, "quality/pack_use.html", context, title=f"配置“{pack.name}”")
