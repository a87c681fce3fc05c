from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.data.catalog.choices import State
from steward.data.catalog.errors import UnknownCatalogueError
from steward.data.catalog.models import (
    Catalogue,
    CatalogueProblem,
    Demand,
    InformationSystem,
    SurveyGap,
)

VIEW = "catalog.catalogue.view"
DEMANDS = "catalog.demand.view"
UNCOLLECTED = "uncollected"


@dataclass(frozen=True, slots=True)
class CatalogueInfo:
    """A catalogue as other apps see it."""

    id: int
    code: str
    name: str
    organization_id: int
    contract: str
    state: str
    source_id: int | None
    source_table: str
    collected_into: str
    collected_at: datetime | None
    version: int


def to_info(row: Catalogue) -> CatalogueInfo:
    return CatalogueInfo(
        id=row.pk,
        code=row.code,
        name=row.name,
        organization_id=row.organization_id,
        contract=row.system.contract,
        state=row.state,
        source_id=row.source_id,
        source_table=row.source_table,
        collected_into=row.collected_into,
        collected_at=row.collected_at,
        version=row.version,
    )


def get(catalogue_id: int) -> CatalogueInfo:
    """A catalogue by id; UnknownCatalogueError."""
    row = Catalogue.objects.select_related("system").filter(pk=catalogue_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这个数据目录")
    return to_info(row)


def find(code: str) -> CatalogueInfo | None:
    """A catalogue by its code."""
    row = Catalogue.objects.select_related("system").filter(code=code).first()
    return None if row is None else to_info(row)


def of_table(source_id: int, table: str) -> CatalogueInfo | None:
    """The catalogue of a table of a source, unless it was delisted."""
    row = (
        Catalogue.objects.select_related("system")
        .filter(source_id=source_id, source_table=table)
        .exclude(state=State.DELISTED)
        .first()
    )
    return None if row is None else to_info(row)


def catalogues_for(user: Somebody) -> QuerySet[Catalogue]:
    """The catalogues of the bodies that somebody may see."""
    bodies = access.visible_organizations(user, VIEW)
    rows = Catalogue.objects.select_related("organization", "system").defer("words", "grams")
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def catalogue_for(user: Somebody, catalogue_id: int) -> Catalogue:
    """One catalogue in somebody's scope; UnknownCatalogueError otherwise."""
    row = catalogues_for(user).filter(pk=catalogue_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这个数据目录")
    return row


def systems_for(user: Somebody) -> QuerySet[InformationSystem]:
    """The systems of the bodies that somebody may see."""
    bodies = access.visible_organizations(user, VIEW)
    rows = InformationSystem.objects.select_related("organization")
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def system_for(user: Somebody, system_id: int) -> InformationSystem:
    """One system in somebody's scope; UnknownCatalogueError otherwise."""
    row = systems_for(user).filter(pk=system_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这个信息系统")
    return row


def problems_for(user: Somebody) -> QuerySet[CatalogueProblem]:
    """The problems of visible catalogues."""
    return CatalogueProblem.objects.select_related("catalogue__organization").filter(
        catalogue__in=catalogues_for(user)
    )


def gaps_for(user: Somebody) -> QuerySet[SurveyGap]:
    """The differences in the sources of the bodies that somebody may see."""
    bodies = access.visible_organizations(user, VIEW)
    rows = SurveyGap.objects.select_related("source__organization", "catalogue")
    return rows if bodies is None else rows.filter(source__organization_id__in=bodies)


def gap_for(user: Somebody, gap_id: int) -> SurveyGap:
    """One difference in somebody's scope; UnknownCatalogueError otherwise."""
    row = gaps_for(user).filter(pk=gap_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这处普查差异")
    return row


def demands_for(user: Somebody) -> QuerySet[Demand]:
    """The demands of visible bodies, on their catalogues, and one's own."""
    bodies = access.visible_organizations(user, DEMANDS)
    rows = Demand.objects.select_related("organization", "catalogue__organization")
    if bodies is None:
        return rows
    mine = Q(organization_id__in=bodies) | Q(catalogue__organization_id__in=bodies)
    return rows.filter(mine | Q(requested_by_id=user.pk))


def demand_for(user: Somebody, demand_id: int) -> Demand:
    """One demand in somebody's scope; UnknownCatalogueError otherwise."""
    row = demands_for(user).filter(pk=demand_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这份数据需求")
    return row


def listed() -> QuerySet[Catalogue]:
    """The catalogues of which a version is in force: what the collection rate counts."""
    rows = Catalogue.objects.defer("words", "grams")
    return rows.filter(version__gt=0).exclude(state=State.DELISTED)


def uncollected(rows: QuerySet[Catalogue]) -> QuerySet[Catalogue]:
    """Listed and without data in the lake."""
    return rows.filter(version__gt=0, collected_into="").exclude(state=State.DELISTED)
