"""Every request of a signed-in person: idle sessions end, fresh passwords are changed first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from steward.core.accounts.models import User
from steward.core.accounts.policy import password_expired, policy
from steward.kernel.instants import now

SEEN = "steward_seen_at"
ENROLLED = "steward_enrolled"
NOTE_EVERY = timedelta(minutes=1)
Answer = Callable[[HttpRequest], HttpResponseBase]


class SessionMiddleware:
    """After authentication and messages.

    Requests that a page makes by itself (`X-Background: 1`) do not count as being there.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        moment = now()
        return self._stop(request, moment) or self.get_response(request)

    def _stop(self, request: HttpRequest, moment: datetime) -> HttpResponse | None:
        if _idle_too_long(request, moment):
            logout(request)
            minutes = int(policy().idle.total_seconds() // 60)
            messages.warning(request, f"超过 {minutes} 分钟没有操作，请重新登录")
            return redirect_to_login(request.get_full_path())
        if _must_change(request, moment) and not request.path.startswith(
            (reverse("account_change_password"), reverse("account_logout"), "/static/")
        ):
            messages.warning(request, "请先修改密码：密码是管理员设置的，或已到期")
            return redirect("account_change_password")
        if _must_enrol(request) and not _part_of_signing_in(request.path):
            messages.warning(request, "本平台要求双因素登录，请先启用动态口令")
            return redirect("mfa_activate_totp")
        return None


def _idle_too_long(request: HttpRequest, moment: datetime) -> bool:
    text = request.session.get(SEEN)
    seen = datetime.fromisoformat(text) if text else moment
    if moment - seen > policy().idle:
        return True
    background = request.headers.get("X-Background") == "1"
    if text is None or (moment - seen >= NOTE_EVERY and not background):
        request.session[SEEN] = moment.isoformat()
    return False


def _must_change(request: HttpRequest, moment: datetime) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.has_usable_password():
        return False
    return user.must_change_password or password_expired(user.password_changed_at, now=moment)


def _must_enrol(request: HttpRequest) -> bool:
    if not policy().second_factor or request.session.get(ENROLLED):
        return False
    enrolled = Authenticator.objects.filter(
        user_id=request.user.pk, type=Authenticator.Type.TOTP
    ).exists()
    if enrolled:
        request.session[ENROLLED] = True
    return not enrolled


def _part_of_signing_in(path: str) -> bool:
    allowed = ("/account/", reverse("account_logout"), "/static/")
    return path.startswith(allowed)
