"""Passwords: the rules applied to one person, what they had before, and random fresh ones."""

import secrets
import string
from datetime import datetime

from django.contrib.auth.hashers import check_password

from steward.core.accounts.errors import WeakPasswordError
from steward.core.accounts.models import FormerPassword, User
from steward.core.accounts.policy import complaints, policy

FRESH_LENGTH = 14
_LOOKALIKES = set("0O1lI")


def check_password_rules(row: User, password: str) -> None:
    """Raise WeakPasswordError naming every rule that the password breaks for this person."""
    found = complaints(password, username=row.username)
    if not found and _had_before(row, password):
        found.append(f"不能与最近 {policy().remembered} 次用过的密码相同")
    if found:
        raise WeakPasswordError(f"密码不合要求：{'；'.join(found)}", complaints=found)


def remember(row: User, *, now: datetime) -> None:
    """Keep the present hash, and no more of the older ones than the rule needs."""
    FormerPassword.objects.create(user=row, password=row.password, set_at=now)
    kept = FormerPassword.objects.filter(user=row).values_list("id", flat=True)
    stale = list(kept[policy().remembered :])
    FormerPassword.objects.filter(pk__in=stale).delete()


def generate() -> str:
    """A random password that satisfies the rules and is easy to read out."""
    letters = [c for c in string.ascii_letters + string.digits if c not in _LOOKALIKES]
    while True:
        password = "".join(secrets.choice([*letters, *"@#%+="]) for _ in range(FRESH_LENGTH))
        if not complaints(password, username=""):
            return password


def _had_before(row: User, password: str) -> bool:
    hashes = FormerPassword.objects.filter(user=row).values_list("password", flat=True)
    return any(check_password(password, known) for known in hashes[: policy().remembered])
