"""Open pages in the system's Chromium and keep screenshots: `python tools/look.py /desk/ --out shots`.

Serves the platform in this process from STEWARD_HOME's database, signed in as --user (made when
missing), at desktop width and, with --small, at telephone width.
"""

import argparse
import os
import re
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from steward.site.private_postgres import start_private

HOME = Path(os.environ.get("STEWARD_HOME", "var")).resolve()
start_private(HOME)

import django

django.setup()

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date, now
from steward.site.wsgi import application


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def _allow_everything(user_id: int) -> None:
    """One post with one role that holds every permission: for looking, never for working."""
    by, at = Actor.system("截图"), now()
    place = organizations.find("LOOK") or organizations.create(
        organizations.NewOrganization("LOOK", "截图"), by=by, now=at
    )
    post = accounts.add_post(user_id, accounts.NewPost(place.id, local_date(at)), by=by, now=at)
    codes = sorted(p.code for p in access.permissions())
    role, _ = apps.get_model("roles", "Role").objects.update_or_create(
        name="截图", defaults={"permissions": codes}
    )
    roles.grant_role(roles.NewGrant(post.id, role.pk, reach="everything"), by=by, now=at)


def _session(username: str) -> str:
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        user = get_user_model().objects.create_user(username, "Look-at-it-1", name=username)
        _allow_everything(user.pk)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--out", default="var/shots")
    parser.add_argument("--user", default="look")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--dark", action="store_true")
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    size = {"width": 390, "height": 844} if args.small else {"width": 1500, "height": 950}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport=size, color_scheme="dark" if args.dark else "light")
        page.on("console", lambda m: m.type == "error" and print("console:", m.text))
        page.on("response", lambda r: r.status >= 400 and print(r.status, r.url))
        if args.user:
            cookie = {"name": "sessionid", "value": _session(args.user), "url": base}
            page.context.add_cookies([cookie])
        for path in args.paths:
            page.goto(base + path)
            page.wait_for_load_state("networkidle")
            name = re.sub(r"\W+", "-", path).strip("-") or "home"
            page.screenshot(path=str(out / f"{name}.png"), full_page=True)
            print(out / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
