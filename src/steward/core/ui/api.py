"""Facade of the frame: declare pages, navigation, panels, home blocks, links; back-office bases."""

from steward.core.ui.backoffice import StewardAdmin
from steward.core.ui.frame import home_blocks, panels_for
from steward.core.ui.pages_support import (
    PUBLIC,
    SIGNED_IN,
    error_page,
    page,
    render_page,
    requester,
)
from steward.core.ui.paging import Slice, Tab, count_words, slice_of, tabs_of
from steward.core.ui.registry import (
    HomeBlock,
    NavItem,
    Panel,
    add_home_block,
    add_link,
    add_navigation,
    add_panel,
    link_to,
)

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "HomeBlock",
    "NavItem",
    "Panel",
    "Slice",
    "StewardAdmin",
    "Tab",
    "add_home_block",
    "add_link",
    "add_navigation",
    "add_panel",
    "count_words",
    "error_page",
    "home_blocks",
    "link_to",
    "page",
    "panels_for",
    "render_page",
    "requester",
    "slice_of",
    "tabs_of",
]
