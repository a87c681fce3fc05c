"""The form that a stranger sees: by a personal link without an account, or signed in."""

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from steward.core.ui.api import PUBLIC, SIGNED_IN, page, render_page
from steward.desk.surveys import api as surveys
from steward.desk.surveys.choices import RATINGS
from steward.desk.surveys.pages.throttle import (
    TooManyError,
    note_post,
    note_unknown,
    require_patience,
)
from steward.desk.surveys.queries import pending_of, questions_of
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
Mood = Literal["thanks", "sorry"]
Open = Callable[[], surveys.Form]


@require_http_methods(["GET", "POST"])
@never_cache
@page(PUBLIC)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """One person's form behind their link; the page tells neither their name nor what they said."""

    def opened() -> surveys.Form:
        require_patience(request)
        try:
            return surveys.form_of_token(token, now=wall_clock())
        except surveys.UnknownLinkError:
            note_unknown(request)
            raise

    return _guard(_attend(request, opened, throttle=token))


@require_http_methods(["GET", "POST"])
@never_cache
@page(SIGNED_IN)
def mine_form(request: HttpRequest, round_id: int) -> HttpResponse:
    """The same form for somebody who was drawn and has an account."""

    def opened() -> surveys.Form:
        return surveys.form_of_user(request.user.pk or 0, round_id, now=wall_clock())

    return _guard(_attend(request, opened, throttle=f"{request.user.pk}/{round_id}"))


@page(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """The questionnaires that wait for this person."""
    rows = pending_of(request.user.pk or 0, now=wall_clock())
    return render_page(request, "surveys/mine.html", {"rows": rows}, title="请我填写的问卷")


def _attend(request: HttpRequest, opened: Open, *, throttle: str) -> HttpResponse:
    try:
        form = opened()
        if request.method != "POST":
            return _form(request, form, {})
        note_post(throttle)
    except surveys.AnsweredError as told:
        return _say(request, "thanks", told)
    except (surveys.UnknownLinkError, surveys.SurveyOverError, TooManyError) as told:
        return _say(request, "sorry", told)
    return _submit(request, form)


def _submit(request: HttpRequest, form: surveys.Form) -> HttpResponse:
    given = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        surveys.submit(form, given, now=wall_clock())
    except surveys.AnswerError as told:
        return _form(request, form, given, told=told)
    except surveys.AnsweredError as told:
        return _say(request, "thanks", told)
    except surveys.SurveyOverError as told:
        return _say(request, "sorry", told)
    return redirect(request.path)


def _form(
    request: HttpRequest,
    form: surveys.Form,
    given: dict[str, str],
    *,
    told: StewardError | None = None,
) -> HttpResponse:
    questions = [
        {"question": q, "given": given.get(q.code, ""), "number": number}
        for number, q in enumerate(questions_of(form.round), start=1)
    ]
    context: dict[str, Any] = {
        "round": form.round,
        "questions": questions,
        "ratings": RATINGS,
        "told": told,
        "wrong": told.data.get("field", "") if told else "",
    }
    return render(request, "surveys/answer.html", context, status=told.status if told else 200)


def _say(request: HttpRequest, mood: Mood, told: StewardError) -> HttpResponse:
    status = 200 if mood == "thanks" else told.status
    context = {"mood": mood, "words": told.message}
    return render(request, "surveys/said.html", context, status=status)


def _guard(response: HttpResponse) -> HttpResponse:
    """A page with a secret in its address: not indexed, not framed, nothing loaded from elsewhere."""
    response["Content-Security-Policy"] = POLICY
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
