"""The rules for passwords and sign-in (GB/T 22239-2019 level three, 8.1.4.1), from the settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """`failures` within `failure_window` lock an account for `lock`; passwords live `password_age`.

    `password_age` of zero: passwords do not expire. `idle` is the longest pause in a session.
    With `second_factor` everybody sets up an authenticator before doing anything else.
    """

    min_length: int = 10
    min_classes: int = 3
    remembered: int = 5
    password_age: timedelta = timedelta(days=90)
    failures: int = 5
    failure_window: timedelta = timedelta(minutes=30)
    lock: timedelta = timedelta(minutes=30)
    idle: timedelta = timedelta(minutes=30)
    second_factor: bool = False


def policy() -> SignInPolicy:
    """The rules in force; `STEWARD_SIGN_IN` in the settings changes single ones."""
    return SignInPolicy(**getattr(settings, "STEWARD_SIGN_IN", {}))


def password_expired(changed_at: datetime | None, *, now: datetime) -> bool:
    """Whether a password set at that instant has to be changed by now."""
    age = policy().password_age
    return bool(age) and changed_at is not None and now - changed_at >= age


def complaints(password: str, *, username: str) -> list[str]:
    """Every rule that the password breaks, each as a Chinese sentence; empty when it is good."""
    rules = policy()
    found = []
    if len(password) < rules.min_length:
        found.append(f"至少 {rules.min_length} 位")
    if _classes(password) < rules.min_classes:
        found.append(f"大写字母、小写字母、数字、符号至少含 {rules.min_classes} 种")
    if username and username.lower() in password.lower():
        found.append("不能包含登录名")
    if any(password[i] == password[i + 1] == password[i + 2] for i in range(len(password) - 2)):
        found.append("不能有 3 个以上连续相同的字符")
    return found


def _classes(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    return sum(any(test(letter) for letter in password) for test in tests)
