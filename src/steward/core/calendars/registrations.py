"""What calendars add to the platform: seeds after migrate, audit sentences, permissions."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.calendars import api
from steward.core.ui import api as ui

TABLE = "calendars_calendarversion"

audit.register("calendars.version_installed", "登记工作日历“{subject}”的新版本“{after[version]}”")

access.declare("calendars.calendar.view", "查看工作日历", group="系统管理")
access.declare("calendars.calendar.change", "登记放假调休通知", group="系统管理")


def seed_after_migrate(using: str, **_: Any) -> None:
    """After every migrate the two basic calendars exist."""
    if TABLE in connections[using].introspection.table_names():
        api.seed()


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("calendars"))

ui.add_navigation(
    ui.NavItem(
        "系统管理", "工作日历", "calendar_month", "calendars:list", "calendars.calendar.view", 40
    )
)
ui.add_link("calendars.calendar", lambda key: reverse("calendars:year", args=[key]))
