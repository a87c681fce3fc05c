"""How a work surface is declared: its permission on the view, its frame around the template."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.vary import vary_on_cookie

from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SIGNED_IN = "*"
PUBLIC = ""


def page(permission: str) -> Callable[[View[P]], View[P]]:
    """State who may open a view: a permission code, SIGNED_IN or PUBLIC.

    The anonymous are sent to sign in; whoever lacks the permission gets 404, as if the address
    did not exist; an expected error becomes a Chinese page (JSON for HTMX and fetch) with its
    own status.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if permission != PUBLIC:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if permission != SIGNED_IN and not request.user.has_perm(permission):
                    raise Http404
            try:
                return view(request, *args, **kwargs)
            except StewardError as error:
                if error.status == 404:
                    raise Http404(error.message) from error
                return error_page(request, error)

        result = vary_on_cookie(guarded)
        result.steward_permission = permission  # type: ignore[attr-defined]
        return result

    return decorate


def error_page(request: HttpRequest, error: StewardError) -> HttpResponse:
    """The page (or, inside HTMX, the box) that tells an expected error."""
    inside = request.headers.get("HX-Request") == "true"
    template = "ui/error_box.html" if inside else "ui/error.html"
    return render_page(request, template, {"error": error}, title="不能这样做", status=error.status)


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    status: int = 200,
) -> HttpResponse:
    """Render a work surface inside the back office's frame."""
    frame = admin.site.each_context(request) if request.user.is_authenticated else {}
    return render(request, template, {**frame, "title": title, **context}, status=status)


def requester(request: HttpRequest) -> Actor:
    """The person behind a request as the actor of what it changes."""
    user = request.user
    if user.pk is None:
        raise TypeError("the anonymous cannot act")
    return Actor(user.pk, user.get_short_name() or user.get_username())
