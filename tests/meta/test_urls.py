"""Every address states who may open it, and every role is answered accordingly."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from steward.core.access import api as access
from steward.core.roles.builtin import BUILTIN
from tests.factories.accounts import UserFactory, user_in_role

TABLE = Path(__file__).parent / "permissions.toml"
OUTSIDE = ("admin/",)


def own_views(resolver: URLResolver, prefix: str = "") -> dict[str, tuple[str, Any]]:
    """Our named addresses: `namespace:name` → (route, view)."""
    found: dict[str, tuple[str, Any]] = {}
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if not route.startswith(OUTSIDE):
                found |= {
                    (f"{entry.namespace}:{name}" if entry.namespace else name): value
                    for name, value in own_views(entry, route).items()
                }
        elif isinstance(entry, URLPattern):
            found[entry.name or route] = (route, entry.callback)
    return found


VIEWS = own_views(get_resolver())
GUARDED = {
    name: (route, view.steward_permission)
    for name, (route, view) in VIEWS.items()
    if hasattr(view, "steward_permission")
}
OPENABLE = sorted(name for name, (route, _) in GUARDED.items() if "<" not in route)


def table() -> dict[str, str]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))["permissions"]


def test_the_permission_table_lists_exactly_the_addresses_that_exist():
    """Run `python -m tools.permission_table` after a deliberate change, and read its difference."""
    assert table() == {name: permission for name, (_, permission) in sorted(GUARDED.items())}


def test_an_address_without_a_stated_permission_belongs_to_signing_in():
    unguarded = {name for name in VIEWS if name not in GUARDED}

    assert unguarded == {
        name
        for name in unguarded
        if name.startswith(
            ("account_", "mfa_", "^admin/password", "openid", "dingtalk", "socialaccount")
        )
    }


def test_every_named_permission_is_declared():
    codes = {permission for _, permission in GUARDED.values()} - {"", "*"}

    assert codes == {code for code in codes if access.is_declared(code)}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [builtin.code for builtin in BUILTIN])
def test_each_role_opens_what_it_may_and_finds_nothing_else(role):
    user = user_in_role(role)
    client = Client()
    client.force_login(user)
    wrong = {}

    for name in OPENABLE:
        route, permission = GUARDED[name]
        may = permission in ("", "*") or user.has_perm(permission)
        status = client.get(f"/{route}").status_code
        allowed = {200, 302, 400, 405, 422} if may else {404, 405}
        wrong |= {} if status in allowed else {name: status}

    assert wrong == {}


@pytest.mark.django_db
def test_the_anonymous_are_sent_to_sign_in():
    client = Client()
    private = [name for name in OPENABLE if GUARDED[name][1] != ""]

    answers = {name: client.get(f"/{GUARDED[name][0]}") for name in private}

    astray = {n for n, a in answers.items() if a.status_code != 405 and not a.headers.get("Location", "").startswith("/login/")}  # fmt: skip
    assert astray == set()


@pytest.mark.django_db
def test_a_person_without_posts_sees_only_what_is_open_to_everybody():
    client = Client()
    client.force_login(UserFactory.create())

    opened = {
        name
        for name in OPENABLE
        if client.get(f"/{GUARDED[name][0]}").status_code == 200
        and GUARDED[name][1] not in ("", "*")
    }

    assert opened == set()
