from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from steward.core.accounts.models import User
from steward.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person as other apps see one."""

    id: int
    username: str
    name: str


def actor_of(user: User | AnonymousUser) -> Actor:
    """The actor of a request's user."""
    if not isinstance(user, User):
        raise TypeError("the anonymous cannot act")
    return Actor(user.pk, user.name or user.username)


def get_user(user_id: int) -> UserInfo | None:
    """One person, or None."""
    return get_users([user_id]).get(user_id)


def get_users(user_ids: list[int]) -> dict[int, UserInfo]:
    """People by id, in one query."""
    rows = User.objects.filter(pk__in=user_ids)
    return {row.pk: UserInfo(row.pk, row.username, row.name) for row in rows}
