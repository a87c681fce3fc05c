"""Django's question `has_perm`, answered from grants; with it row scope and holders."""

from django.contrib.auth.backends import BaseBackend

from steward.core.access import api as access
from steward.core.roles.queries import Held, held_by, holders, scope_from
from steward.kernel.instants import now

_CACHE = "_steward_held"


class GrantBackend(BaseBackend):
    """Decides by the grants on a person's valid posts.

    The grants are read once per user object, which lives as long as one request.
    """

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        return any(perm in grant.permissions for grant in _held(user_obj))

    def scope_of(self, user: object, code: str) -> access.Scope:
        """The rows that a permission opens to the person."""
        return scope_from(_held(user), code)

    def holders(self, code: str, organization_id: int | None) -> frozenset[int]:
        """Everybody who holds a permission, for that body when one is given."""
        return holders(code, organization_id, now=now())


def _held(user: object) -> list[Held]:
    if not getattr(user, "is_active", False) or getattr(user, "pk", None) is None:
        return []
    held: list[Held] | None = getattr(user, _CACHE, None)
    if held is None:
        held = held_by(user.pk, now=now())  # type: ignore[attr-defined]
        setattr(user, _CACHE, held)
    return held
