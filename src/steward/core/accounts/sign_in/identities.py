"""Which of our people an outside identity is: linked before, or found by a verified address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialLogin
from django.db import transaction
from django.db.models import Q

from steward.core.accounts.models import User
from steward.core.accounts.services import subject_of
from steward.core.accounts.sign_in.attempts import GATE, lock_message
from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.subjects import Subject


class UnknownIdentityError(StewardError):
    """No user of ours is behind this identity, or none who may sign in."""

    code = "accounts.unknown_identity"
    status = 403


@transaction.atomic
def user_for(login: SocialLogin, *, now: datetime) -> User:
    """The person behind a completed outside sign-in, ready to be linked.

    Looks for the link made before, then for exactly one active user with the identity's id, its
    verified mobile or its verified e-mail. Raises UnknownIdentityError with a Chinese sentence.
    """
    provider = login.account.get_provider().name
    if login.is_existing and isinstance(login.user, User):
        return _admitted(login.user, now=now)
    found = list(_candidates(login)[:2])
    if len(found) != 1:
        audit.record("accounts.identity_refused",
                     Subject("accounts.identity", "", login.account.uid[:60]), by=GATE, now=now,
                     after={"provider": provider, "uid": login.account.uid})  # fmt: skip
        raise UnknownIdentityError(
            f"没有与此{provider}身份对应的用户。请系统管理员先建立账号，并登记相同的手机号、邮箱或统一身份标识"
        )
    user = _admitted(found[0], now=now)
    audit.record("accounts.identity_linked", subject_of(user), by=Actor(user.pk, user.name),
                 now=now, after={"provider": provider, "uid": login.account.uid})  # fmt: skip
    return user


def _candidates(login: SocialLogin) -> Any:
    data = _claims(login.account.extra_data)
    same = Q(pk__isnull=True)
    if ids := [value for value in _ids(login, data) if value]:
        same |= Q(external_id__in=ids)
    if mobile := _mobile(login, data):
        same |= Q(mobile=mobile)
    for address in _emails(login, data):
        same |= Q(email__iexact=address)
    return User.objects.filter(same, is_active=True).order_by("pk")


def _claims(extra: Mapping[str, Any]) -> dict[str, Any]:
    """OpenID Connect keeps userinfo and id token apart; DingTalk's answer is flat."""
    merged: dict[str, Any] = {}
    for part in (extra.get("id_token"), extra.get("userinfo")):
        merged.update(part or {})
    return merged or dict(extra)


def _ids(login: SocialLogin, data: Mapping[str, Any]) -> list[str]:
    return [login.account.uid, str(data.get("unionId") or ""), str(data.get("userid") or "")]


def _mobile(login: SocialLogin, data: Mapping[str, Any]) -> str:
    """The mobile that the provider vouches for: DingTalk always does, OpenID Connect says so."""
    if login.account.provider == "dingtalk":
        return str(data.get("mobile") or "")
    if data.get("phone_number_verified") is True:
        return str(data.get("phone_number") or "").removeprefix("+86").replace("-", "").strip()
    return ""


def _emails(login: SocialLogin, data: Mapping[str, Any]) -> list[str]:
    if login.account.provider == "dingtalk":
        return [str(data["email"])] if data.get("email") else []
    return [address.email for address in login.email_addresses if address.verified]


def _admitted(user: User, *, now: datetime) -> User:
    if not user.is_active:
        raise UnknownIdentityError("账号已停用，请联系系统管理员")
    message = lock_message(user.username, now=now)
    if message:
        raise UnknownIdentityError(message)
    return user
