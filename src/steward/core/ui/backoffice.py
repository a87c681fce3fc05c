"""The base of every back-office list and form: our permissions, Chinese, no surprises."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

M = TypeVar("M", bound=models.Model)


class StewardAdmin(ModelAdmin):  # type: ignore[misc]
    """A list and form guarded by permission codes instead of Django's four per model.

    `permissions` maps view, add, change, delete to codes; what is not named is forbidden. Writes
    that are more than a field of a row belong in a page that calls a service.
    """

    permissions: ClassVar[Mapping[str, str]] = {}
    list_per_page = 50
    show_full_result_count = False
    list_filter_sheet = False
    compressed_fields = True
    warn_unsaved_form = True

    def _allowed(self, request: HttpRequest, action: str) -> bool:
        code = self.permissions.get(action)
        return code is not None and request.user.has_perm(code)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return self._allowed(request, "view") or self._allowed(request, "change")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return self._allowed(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return self._allowed(request, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
