"""Permissions in words: each app declares what may be allowed, roles pick from them."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class Duty(StrEnum):
    """The three separated administrators (三员分立, GB/T 22239 8.1.5), and everybody else."""

    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be allowed; `group` is the heading under which people choose it."""

    code: str
    label: str
    group: str


_PERMISSIONS: dict[str, Permission] = {}
_RESERVED: dict[str, Duty] = {}


def declare(code: str, label: str, *, group: str) -> None:
    """Declare a permission `<app>.<noun>.<verb>` with its Chinese words."""
    permission = Permission(code, label, group)
    known = _PERMISSIONS.get(code)
    if known is not None and known != permission:
        raise ValueError(f"permission {code!r} is declared twice")
    _PERMISSIONS[code] = permission


def permissions() -> list[Permission]:
    """All declared permissions, by group and code."""
    return sorted(_PERMISSIONS.values(), key=lambda p: (p.group, p.code))


def is_declared(code: str) -> bool:
    return code in _PERMISSIONS


def reserve(pattern: str, duty: Duty) -> None:
    """Keep the permissions that match (`audit.*`) for roles of one administrator's duty."""
    known = _RESERVED.get(pattern)
    if known is not None and known != duty:
        raise ValueError(f"{pattern!r} is already reserved for {known}")
    _RESERVED[pattern] = duty


def duty_of(code: str) -> Duty:
    """The duty that a permission is kept for; NONE when any role may have it."""
    return next((duty for p, duty in _RESERVED.items() if fnmatchcase(code, p)), Duty.NONE)
