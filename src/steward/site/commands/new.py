"""`steward new`: a new app with the names that every app has, or a new extension in one file.

An extension point is a package with two files beside its extensions: `_template.txt` (the new
file) and `_template_test.txt` (its test). `{code}`, `{Class}` and `{label}` are filled in.
"""

import argparse
import re
import sys
from pathlib import Path

from steward.kernel.errors import ConflictError, InvalidError

ROOT = Path(__file__).resolve().parents[4]
SOURCE, TESTS = ROOT / "src" / "steward", ROOT / "tests"
GROUPS = ("core", "assets", "operations", "data", "matters", "applications", "desk", "contracts")
CODE = re.compile(r"^[a-z][a-z0-9_]{1,39}$")


class BadNameError(InvalidError):
    """The name cannot be a module."""

    code = "site.bad_name"


class ExistsError(ConflictError):
    """Something of this name is there already; nothing was overwritten."""

    code = "site.exists"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    points = ", ".join(sorted(extension_points()))
    parser.add_argument("point", help=f"app，或一个扩展点：{points}")
    parser.add_argument("name", help="应用写作 operations/inspection；扩展写代码名，如 icmp")
    parser.add_argument("label", help="中文名称")


def run(args: argparse.Namespace) -> int:
    if args.point == "app":
        made = new_app(args.name, args.label)
    else:
        made = new_extension(args.point, args.name, args.label)
    for path in made:
        sys.stdout.write(f"已生成 {path.relative_to(ROOT)}\n")
    if args.point == "app":
        dotted = "steward." + args.name.replace("/", ".")
        sys.stdout.write(
            f"把 {dotted!r} 加到 src/steward/site/settings.py 的 APPS，再运行 ./test\n"
        )
    return 0


def extension_points() -> dict[str, Path]:
    """Extension points by the name of their package."""
    return {path.parent.name: path.parent for path in SOURCE.rglob("_template.txt")}


def new_extension(point: str, code: str, label: str) -> list[Path]:
    """Write an extension and its test; returns the files made."""
    points = extension_points()
    if point not in points:
        raise BadNameError(f"没有名为“{point}”的扩展点，可用：{'、'.join(sorted(points))}")
    _check(code)
    package = points[point]
    mirror = TESTS / package.relative_to(SOURCE)
    words = {"{code}": code, "{Class}": _class_name(code), "{label}": label}
    return _write(
        {
            package / f"{code}.py": _filled(package / "_template.txt", words),
            mirror / f"test_{code}.py": _filled(package / "_template_test.txt", words),
        }
    )


def new_app(name: str, label: str) -> list[Path]:
    """Write the skeleton of an app; returns the files made."""
    group, _, code = name.partition("/")
    if group not in GROUPS:
        raise BadNameError(f"应用属于这些层之一：{'、'.join(GROUPS)}；写作 层/名称")
    _check(code)
    folder, dotted = SOURCE / group / code, f"steward.{group}.{code}"
    files = {
        "__init__.py": f'"""{label}: say here what it is for."""\n',
        "README.md": f"# {code}（{label}）\n\nWhat it is, its nouns, its events, its extension points.\n",
        "apps.py": _APPS.format(Class=_class_name(code), dotted=dotted, code=code, label=label),
        "models.py": "",
        "events.py": "",
        "queries.py": "",
        "services.py": "",
        "api.py": f'"""Facade of {code}."""\n',
        "registrations.py": _REGISTRATIONS.format(code=code, label=label),
        "migrations/__init__.py": "",
        "pages/__init__.py": "",
        "pages/urls.py": _URLS.format(code=code, dotted=dotted),
        "pages/views.py": _VIEWS.format(code=code, label=label),
        f"templates/{code}/home.html": _PAGE.format(label=label),
    }
    tests = TESTS / group / code
    written = {folder / path: text for path, text in files.items()}
    written |= {
        tests / "__init__.py": "",
        tests / "test_pages.py": _TEST.format(code=code, label=label),
    }
    for package in (folder.parent / "__init__.py", tests.parent / "__init__.py"):
        if not package.exists():
            written[package] = ""
    return _write(written)


def _check(code: str) -> None:
    if not CODE.match(code):
        raise BadNameError(f"“{code}”不能作名称：用小写字母开头，只含小写字母、数字和下划线")


def _class_name(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("_"))


def _filled(template: Path, words: dict[str, str]) -> str:
    text = template.read_text(encoding="utf-8")
    for placeholder, value in words.items():
        text = text.replace(placeholder, value)
    return text


def _write(files: dict[Path, str]) -> list[Path]:
    existing = [path for path in files if path.exists()]
    if existing:
        raise ExistsError(f"{existing[0].name} 已存在，没有改动任何文件")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


_APPS = """from django.apps import AppConfig


class {Class}Config(AppConfig):
    name = "{dotted}"
    label = "{code}"
    verbose_name = "{label}"
"""

_REGISTRATIONS = '''"""What {code} adds to the platform."""

from steward.core.access import api as access
from steward.core.ui import api as ui

access.declare("{code}.view", "查看{label}", group="{label}")

ui.add_navigation(
    ui.NavItem("今天", "{label}", "widgets", "{code}:home", permission="{code}.view")
)
'''

_URLS = """from django.urls import path

from {dotted}.pages import views

app_name = "{code}"
prefix = "{code}/"
urlpatterns = [path("", views.home, name="home")]
"""

_VIEWS = '''from django.http import HttpRequest, HttpResponse

from steward.core.ui.api import page, render_page


@page("{code}.view")
def home(request: HttpRequest) -> HttpResponse:
    """The work surface of {label}."""
    return render_page(request, "{code}/home.html", {{}}, title="{label}")
'''

_PAGE = """{{% extends "ui/page.html" %}}
{{% block page %}}
  <div class="sw-head"><h1>{label}</h1></div>
{{% endblock page %}}
"""

_TEST = """import pytest

pytestmark = pytest.mark.django_db


def test_the_page_opens(admin_client):
    body = admin_client.get("/{code}/").content.decode()

    assert "{label}" in body
"""
