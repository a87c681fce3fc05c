"""The frame's contents for one request: the side bar, panels and home blocks a person may see."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from steward.core.ui.registry import FRAME, SECTIONS, NavItem
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template with its context, ready to be included."""

    template: str
    context: dict[str, Any]
    wide: bool = False


def _may(request: HttpRequest, permission: str | None) -> bool:
    return permission is None or request.user.has_perm(permission)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar in the shape that Unfold expects."""
    if not request.user.is_authenticated:
        return []
    visible = [item for item in FRAME.navigation if _may(request, item.permission)]
    groups: list[dict[str, Any]] = []
    for section in SECTIONS:
        items = sorted((i for i in visible if i.section == section), key=lambda i: i.order)
        if items:
            groups.append(
                {
                    "title": section,
                    "separator": bool(groups),
                    "items": [_nav_entry(i, request) for i in items],
                }
            )
    _mark_active(groups, request.path)
    return groups


def _mark_active(groups: list[dict[str, Any]], path: str) -> None:
    """The entry whose address is the longest beginning of the present one."""
    entries = [entry for group in groups for entry in group["items"]]
    best = max((e["link"] for e in entries if path.startswith(e["link"])), key=len, default="")
    for entry in entries:
        entry["active"] = entry["link"] == best


def _nav_entry(item: NavItem, request: HttpRequest) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "title": item.label,
        "icon": item.icon,
        "link": reverse(item.url_name),
    }
    badge = item.badge(request) if item.badge is not None else ""
    if badge:
        entry |= {"badge": badge, "badge_variant": "danger"}
    return entry


def panels_for(subject: Subject, request: HttpRequest) -> list[Rendered]:
    """The panels that other apps show on this subject's page, in order."""
    found = []
    for panel in sorted(FRAME.panels, key=lambda p: p.order):
        if panel.kind == subject.kind and _may(request, panel.permission):
            context = panel.context(subject, request)
            if context is not None:
                found.append(Rendered(panel.template, context))
    return found


def home_blocks(request: HttpRequest) -> list[Rendered]:
    """The boxes of the page 今天 that this person may see, in order."""
    found = []
    for block in sorted(FRAME.home, key=lambda b: b.order):
        if _may(request, block.permission):
            context = block.context(request)
            if context is not None:
                found.append(Rendered(block.template, context, block.wide))
    return found
