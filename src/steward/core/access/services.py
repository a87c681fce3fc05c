"""Asking: the answers come from the authentication back ends that know who holds what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

Somebody = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows a permission opens: bodies by id (None = every body), and the person's own rows.

    `own` is true when the person may use the permission at all, since whoever sees a body sees
    what they filed themselves.
    """

    organizations: frozenset[int] | None
    own: bool

    def covers(self, organization_id: int) -> bool:
        return self.organizations is None or organization_id in self.organizations

    def union(self, other: "Scope") -> "Scope":
        if self.organizations is None or other.organizations is None:
            return Scope(None, own=True)
        return Scope(self.organizations | other.organizations, own=self.own or other.own)


NOTHING = Scope(frozenset(), own=False)
EVERYTHING = Scope(None, own=True)


@runtime_checkable
class Decides(Protocol):
    """What an authentication back end offers besides Django's `has_perm`."""

    def scope_of(self, user: Somebody, code: str) -> Scope: ...

    def holders(self, code: str, organization_id: int | None) -> frozenset[int]: ...


def _deciders() -> Iterator[Decides]:
    return (backend for backend in get_backends() if isinstance(backend, Decides))


def scope_of(user: Somebody, code: str) -> Scope:
    """The rows that `code` opens to this person, over all posts; NOTHING without the permission."""
    found = NOTHING
    if not user.is_active:
        return found
    for decider in _deciders():
        found = found.union(decider.scope_of(user, code))
    return found


def can(user: Somebody, code: str, organization_id: int | None = None) -> bool:
    """Whether this person holds the permission; with a body, whether it covers that body."""
    scope = scope_of(user, code)
    return scope.own if organization_id is None else scope.covers(organization_id)


def visible_organizations(user: Somebody, code: str) -> frozenset[int] | None:
    """The bodies whose rows the permission opens; None = every body.

    Empty for whoever lacks the permission and for whoever sees their own rows only.
    """
    return scope_of(user, code).organizations


def holders(code: str, *, organization_id: int | None = None) -> frozenset[int]:
    """The ids of active people who hold the permission, for that body when one is given."""
    found: frozenset[int] = frozenset()
    for decider in _deciders():
        found |= decider.holders(code, organization_id)
    return found
