from allauth.account.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from steward.core.accounts.errors import WeakPasswordError
from steward.core.accounts.models import User
from steward.core.accounts.queries import actor_of
from steward.core.accounts.services import change_password
from steward.core.accounts.sign_in.attempts import lock_message, note_failure
from steward.core.accounts.sign_in.forms import PasswordForm
from steward.core.ui.api import SIGNED_IN, page, render_page
from steward.kernel.instants import now


@sensitive_post_parameters()
@page(SIGNED_IN)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; where a fresh or expired one leads."""
    user = User.objects.get(username=request.user.get_username())
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and _changed(request, form, user):
        messages.success(request, "密码已修改")
        return redirect("ui:home")
    context = {"form": form, "forced": user.must_change_password}
    return render_page(request, "account/password_change.html", context, title="修改密码")


def _changed(request: HttpRequest, form: PasswordForm, user: User) -> bool:
    moment = now()
    message = lock_message(user.username, now=moment)
    if message:
        form.add_error(None, message)
        return False
    if not form.is_valid():
        if "old" in form.errors and form.data.get("old"):
            ip = get_adapter().get_client_ip(request)
            note_failure(user.username, reason="修改密码时当前密码不对", ip=ip, now=moment)
        return False
    try:
        change_password(user.pk, to=form.cleaned_data["new"], by=actor_of(user), now=moment)
    except WeakPasswordError as refusal:
        form.add_error("new", refusal.message)
        return False
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    return True


@page(SIGNED_IN)
def identities(request: HttpRequest) -> HttpResponse:
    """The outside identities that are linked to one's own account."""
    rows = SocialAccount.objects.filter(user_id=request.user.pk).order_by("provider", "uid")
    return render_page(request, "account/identities.html", {"rows": rows}, title="外部身份")
