"""The conventions that only a walk over the whole project can hold."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template

from steward.site.commands.clauses import CLAUSES, read_clauses

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "steward"
TESTS = ROOT / "tests"
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
OURS = [m for m in apps.get_models() if m.__module__.startswith("steward.") and not m._meta.proxy]
CODE_FILES = [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]
LONGEST = 500


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_the_words_of_every_model_are_in_the_glossary(model):
    words = str(model._meta.verbose_name)
    is_history = model.__name__.endswith("Event") and hasattr(model, "pgh_created_at")

    assert is_history or f"| {words} |" in GLOSSARY


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*CODE_FILES, *TESTS.rglob("*.py"), *SOURCE.rglob("templates/**/*.html")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }

    assert long == {}


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("templates/**/*.html")), ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_every_template_compiles(path):
    name = path.as_posix().split("/templates/", 1)[1]

    assert get_template(name) is not None


def test_every_claimed_clause_exists():
    known = {clause.id for clause in read_clauses(CLAUSES.read_text(encoding="utf-8"), {})}
    claimed: dict[str, str] = {}
    for path in TESTS.rglob("test_*.py"):
        for marks in re.findall(r"mark\.clause\(([^)]*)\)", path.read_text(encoding="utf-8")):
            claimed |= dict.fromkeys(re.findall(r'"([^"]+)"', marks), path.name)

    assert {name: file for name, file in claimed.items() if name not in known} == {}


def test_every_extension_has_its_test():
    points = {path.parent for path in SOURCE.rglob("_template.txt")}
    missing = [
        str(extension.relative_to(SOURCE))
        for point in points
        for extension in point.glob("[a-z]*.py")
        if not (TESTS / point.relative_to(SOURCE) / f"test_{extension.stem}.py").exists()
    ]

    assert missing == []


def test_every_app_says_what_it_is():
    folders = {Path(config.path) for config in apps.get_app_configs() if config.name.startswith("steward.")}  # fmt: skip

    assert {str(f.relative_to(SOURCE)) for f in folders if not (f / "README.md").exists()} == set()


def test_nothing_names_a_path_of_somebody_s_machine_or_a_package_host():
    pattern = re.compile(
        r"/(root|home/[a-z]+)/|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian"
    )
    tracked = [*CODE_FILES, *TESTS.rglob("*.py"), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"),
               *ROOT.glob("requirements*"), ROOT / "run", ROOT / "test", ROOT / ".ci" / "run"]  # fmt: skip
    own = Path(__file__)

    named = {p.name for p in tracked if p != own and pattern.search(p.read_text(encoding="utf-8"))}

    assert named == set()
