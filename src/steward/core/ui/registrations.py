"""What the frame itself adds: the way home."""

from steward.core.ui.registry import NavItem, add_navigation

add_navigation(NavItem("今天", "总览", "dashboard", "ui:home", permission=None, order=1))
