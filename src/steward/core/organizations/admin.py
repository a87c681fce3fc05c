from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.organizations.models import Organization
from steward.core.ui.api import StewardAdmin


@admin.register(Organization)
class OrganizationAdmin(StewardAdmin):
    """The list of all bodies; a row leads to its page, where changes go through services."""

    permissions: ClassVar = {"view": "organizations.organization.view"}
    list_display = ("name", "code", "kind", "level", "status", "region_code", "parent")
    list_filter = ("kind", "level", "status")
    list_select_related = ("parent",)
    search_fields = ("name", "short_name", "code", "credit_code")

    def change_view(
        self,
        request: HttpRequest,  # noqa: ARG002
        object_id: str,
        **_: Any,
    ) -> HttpResponse:
        return redirect("organizations:detail", object_id)
