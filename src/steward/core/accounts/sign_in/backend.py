"""Names and passwords, checked without telling which of the two was wrong."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from steward.core.accounts.models import User
from steward.kernel.instants import now


class PasswordBackend(BaseBackend):
    """Authenticates by sign-in name and password; knows no permissions."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> User | None:
        if not username or not password:
            return None
        row = User.objects.filter(username__iexact=username).first()
        if row is None:
            User().set_password(password)
            return None
        if not row.check_password(password):
            return None
        locked = row.locked_until is not None and row.locked_until > now()
        return row if row.is_active and not locked else None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; nobody once the account is disabled."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        return False
