from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.models import User
from steward.core.ui.api import StewardAdmin


@admin.register(User)
class UserAdmin(StewardAdmin):
    """The list of all accounts; a row leads to its page, where changes go through services."""

    permissions: ClassVar = {"view": "accounts.user.change"}
    list_display = ("username", "name", "title", "is_active", "last_login", "locked_until")
    list_filter = ("is_active", "must_change_password")
    search_fields = ("username", "name")

    def change_view(
        self,
        request: HttpRequest,  # noqa: ARG002
        object_id: str,
        **_: Any,
    ) -> HttpResponse:
        return redirect("accounts:detail", object_id)
