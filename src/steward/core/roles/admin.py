from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.roles.models import Role
from steward.core.ui.api import StewardAdmin


@admin.register(Role)
class RoleAdmin(StewardAdmin):
    """The list of roles; a row leads to its page, where changes go through services."""

    permissions: ClassVar = {"view": "roles.role.change"}
    list_display = ("name", "duty", "is_active", "description")
    list_filter = ("duty", "is_active")
    search_fields = ("name",)

    def change_view(
        self,
        request: HttpRequest,  # noqa: ARG002
        object_id: str,
        **_: Any,
    ) -> HttpResponse:
        return redirect("roles:role", object_id)
