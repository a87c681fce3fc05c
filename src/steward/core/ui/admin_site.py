from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.sites import UnfoldAdminSite


class StewardSite(UnfoldAdminSite):  # type: ignore[misc]
    """The back office: signing in and the front page are the platform's own."""

    site_title = "政务管家"
    site_header = "政务管家"
    index_title = "后台"

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        return redirect("ui:home")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        return redirect("/login/?next=" + request.GET.get("next", "/"))
