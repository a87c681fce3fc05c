"""Facade of the catalogue: what is listed, its life, the standard, survey, demands, the rate."""

from steward.data.catalog.choices import Decision, DemandState, Gap, GapState, State
from steward.data.catalog.demands import DemandDraft, Suggestion, hand_over, submit_demand, suggest
from steward.data.catalog.editing import (
    CatalogueDraft,
    ItemDraft,
    SystemDraft,
    change_catalogue,
    create_catalogue,
    delete_draft,
    draft_of,
    put_items,
    register_system,
)
from steward.data.catalog.errors import (
    CatalogueStateError,
    InvalidCatalogueError,
    NotCompliantError,
    UnknownCatalogueError,
)
from steward.data.catalog.events import CatalogueDelisted, CataloguePublished
from steward.data.catalog.exchange import export_catalogues, import_catalogues
from steward.data.catalog.matters import import_service_items, link_items
from steward.data.catalog.models import CATALOGUE_KIND, DEMAND_KIND
from steward.data.catalog.publishing import request_delisting, submit_catalogue
from steward.data.catalog.queries import CatalogueInfo, find, get, of_table
from steward.data.catalog.rates import Rate, decide_uncollected, take_rates, tell_overdue
from steward.data.catalog.standard import check_catalogues
from steward.data.catalog.surveying import catalogue_table, compare_source, ignore_gap, take_over

__all__ = [
    "CATALOGUE_KIND",
    "DEMAND_KIND",
    "CatalogueDelisted",
    "CatalogueDraft",
    "CatalogueInfo",
    "CataloguePublished",
    "CatalogueStateError",
    "Decision",
    "DemandDraft",
    "DemandState",
    "Gap",
    "GapState",
    "InvalidCatalogueError",
    "ItemDraft",
    "NotCompliantError",
    "Rate",
    "State",
    "Suggestion",
    "SystemDraft",
    "UnknownCatalogueError",
    "catalogue_table",
    "change_catalogue",
    "check_catalogues",
    "compare_source",
    "create_catalogue",
    "decide_uncollected",
    "delete_draft",
    "draft_of",
    "export_catalogues",
    "find",
    "get",
    "hand_over",
    "ignore_gap",
    "import_catalogues",
    "import_service_items",
    "link_items",
    "of_table",
    "put_items",
    "register_system",
    "request_delisting",
    "submit_catalogue",
    "submit_demand",
    "suggest",
    "take_over",
    "take_rates",
    "tell_overdue",
]
