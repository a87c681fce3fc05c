"""Permissions in words: each app declares what may be allowed, roles pick from them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be allowed; `group` is the heading under which people choose it."""

    code: str
    label: str
    group: str


_PERMISSIONS: dict[str, Permission] = {}


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
