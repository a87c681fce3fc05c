"""What allauth and Django tell about signing in, written into the audit."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from steward.core.accounts.models import User
from steward.core.accounts.queries import actor_of
from steward.core.accounts.services import subject_of
from steward.core.accounts.sign_in.attempts import note_success
from steward.core.audit import api as audit
from steward.kernel.instants import now

METHODS = {"password": "密码", "mfa": "动态口令", "socialaccount": "扫码或统一身份"}


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody is in: count anew, and say how they came in."""
    records = get_authentication_records(request, user) if hasattr(request, "session") else []
    ways = [METHODS.get(record["method"], record["method"]) for record in records]
    ip = get_adapter().get_client_ip(request) if request.META.get("REMOTE_ADDR") else ""
    note_success(user.pk, method="、".join(ways) or "平台", ip=ip, now=now())


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(user: User | None, **_: Any) -> None:
    """Somebody left, or their session ended."""
    if isinstance(user, User):
        audit.record("accounts.signed_out", subject_of(user), by=actor_of(user), now=now())


@receiver(second_factor.authenticator_added, dispatch_uid="accounts.totp_on")
def factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor was set up, or recovery codes were made with it."""
    totp = authenticator.type == Authenticator.Type.TOTP
    code = "accounts.totp_on" if totp else "accounts.recovery_codes"
    audit.record(code, subject_of(user), by=actor_of(user), now=now())


@receiver(second_factor.authenticator_reset, dispatch_uid="accounts.codes_reset")
def codes_made(user: User, **_: Any) -> None:
    """New recovery codes void the old ones."""
    audit.record("accounts.recovery_codes", subject_of(user), by=actor_of(user), now=now())


@receiver(second_factor.authenticator_removed, dispatch_uid="accounts.totp_off")
def factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """The second factor is off; recovery codes go with it and are not told apart."""
    if authenticator.type == Authenticator.Type.TOTP:
        audit.record("accounts.totp_off", subject_of(user), by=actor_of(user), now=now())
