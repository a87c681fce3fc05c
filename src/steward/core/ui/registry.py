"""What apps add to the frame: navigation, panels on each other's pages, links, home blocks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from steward.kernel.subjects import Subject

PanelContext = Callable[[Subject, HttpRequest], dict[str, Any] | None]
BlockContext = Callable[[HttpRequest], dict[str, Any] | None]
Badge = Callable[[HttpRequest], str]
LinkOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the side bar; `section` groups, `order` sorts inside it."""

    section: str
    label: str
    icon: str
    url_name: str
    permission: str | None
    order: int = 100
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A box that one app shows on the page of another app's object (`kind`).

    `context` returns None when there is nothing to show.
    """

    kind: str
    code: str
    template: str
    context: PanelContext
    permission: str | None = None
    order: int = 100


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """A box on the page 今天; `wide` ones take the whole row."""

    code: str
    template: str
    context: BlockContext
    permission: str | None = None
    order: int = 100
    wide: bool = False


@dataclass(slots=True)
class Frame:
    navigation: list[NavItem] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    home: list[HomeBlock] = field(default_factory=list)
    links: dict[str, LinkOf] = field(default_factory=dict)


FRAME = Frame()

SECTIONS = ["今天", "合同与考核", "服务台", "运行保障", "资产与配置", "数据服务", "政务服务事项", "应用与组织", "系统管理"]  # fmt: skip


def add_navigation(item: NavItem) -> None:
    if item.section not in SECTIONS:
        raise ValueError(f"unknown navigation section {item.section!r}")
    FRAME.navigation.append(item)


def add_panel(panel: Panel) -> None:
    FRAME.panels.append(panel)


def add_home_block(block: HomeBlock) -> None:
    FRAME.home.append(block)


def add_link(kind: str, link_of: LinkOf) -> None:
    """State how the page of a subject kind is reached: `link_of(key) -> URL`."""
    FRAME.links[kind] = link_of


def link_to(subject: Subject) -> str:
    """The address of a subject's page, or an empty string when it has none."""
    link_of = FRAME.links.get(subject.kind)
    return "" if link_of is None or not subject.key else link_of(subject.key)
