from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.ui.api import Slice, page, render_page, slice_of, tabs_of
from steward.data.catalog import surveying
from steward.data.catalog.choices import Gap, GapState
from steward.data.catalog.models import InformationSystem, SurveyGap
from steward.data.catalog.pages.frame import CHANGE, said
from steward.data.catalog.queries import VIEW, gap_for, gaps_for, system_for, systems_for
from steward.data.catalog.standard import check_catalogues
from steward.data.sources import api as sources
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import now as wall_clock


@page(VIEW)
def survey(request: HttpRequest) -> HttpResponse:
    """目录普查: what exists and is not catalogued, what is catalogued and gone."""
    rows = gaps_for(request.user)
    source = request.GET.get("source", "")
    if source.isdecimal():
        rows = rows.filter(source_id=int(source))
    if request.GET.get("table"):
        rows = rows.filter(table=request.GET["table"])
    state = request.GET.get("state", GapState.OPEN)
    rows = rows.filter(state=state if state in GapState.values else GapState.OPEN)
    tabs = tabs_of(
        request,
        "kind",
        [("", "全部", rows), *((k.value, k.label, rows.filter(kind=k)) for k in Gap)],
    )
    kind = request.GET.get("kind", "")
    if kind in Gap.values:
        rows = rows.filter(kind=kind)
    found, systems = slice_of(rows, request), list(systems_for(request.user))
    databases = [row for row in sources.visible_sources(request.user) if row.is_database]
    context = {
        "slice": found,
        "tabs": tabs,
        "state": state,
        "states": GapState.choices,
        "systems": systems,
        "homeless": _homeless(found, systems),
        "sources": databases,
        "source": next((row for row in databases if str(row.id) == source), None),
        "table": request.GET.get("table", ""),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "catalog/survey.html", context, title="目录普查")


def _homeless(
    found: Slice[SurveyGap], systems: list[InformationSystem]
) -> list[tuple[int, str, str]]:
    """Sources whose tables cannot be catalogued yet: their body has no system."""
    bodies = {system.organization_id for system in systems}
    lacking = {
        gap.source_id: (gap.source_id, gap.source.name, gap.source.organization.name)
        for gap in found.rows
        if gap.source.organization_id not in bodies
    }
    return list(lacking.values())


@require_POST
@page(CHANGE)
def compare_now(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read the live schema again and compare."""
    source = sources.visible_source(request.user, source_id)

    def run() -> str:
        sources.survey_source(source.id, by=actor_of(request.user), now=wall_clock())
        found = surveying.compare_source(source.id, now=wall_clock())
        return f"“{source.name}”与目录有 {len(found)} 处不一致" if found else "目录与数据源一致"

    said(request, run)
    return redirect(f"{reverse('catalog:survey')}?source={source.id}")


@require_POST
@page(CHANGE)
def settle(request: HttpRequest, gap_id: int, action: str) -> HttpResponse:
    """生成目录草稿、并入目录、不编目."""
    gap = gap_for(request.user, gap_id)
    actor, moment = actor_of(request.user), wall_clock()
    made: list[int] = []

    def draft() -> str:
        system_id = request.POST.get("system", "")
        system = system_for(request.user, int(system_id) if system_id.isdecimal() else 0)
        row = surveying.catalogue_table(gap.source_id, gap.table, system.pk, by=actor, now=moment)
        made.append(row.pk)
        check_catalogues([row.pk], now=moment)
        return f"已生成草稿 {row.code}，名称、类型和敏感级别来自源表，请核对"

    def merge() -> str:
        row = surveying.take_over(gap.pk, by=actor, now=moment)
        made.append(row.pk)
        return "已按源表现状修改目录，请核对后申请发布"

    def ignore() -> str:
        surveying.ignore_gap(gap.pk, reason=request.POST.get("reason", ""), by=actor, now=moment)
        return "已记为不编目"

    actions = {"draft": draft, "merge": merge, "ignore": ignore}
    if action not in actions:
        raise NotFoundError("没有这个操作")
    if said(request, actions[action]) and made:
        return redirect("catalog:detail", made[0])
    return redirect(f"{reverse('catalog:survey')}?source={gap.source_id}")
