"""Unfold ships no Chinese; ours must cover every word that its templates say."""

import re
from gettext import GNUTranslations
from pathlib import Path

import unfold
from django.utils import translation
from django.utils.translation import gettext

import steward.core.ui

TEMPLATES = Path(unfold.__file__).parent / "templates"
CATALOGUE = Path(steward.core.ui.__file__).parent / "locale/zh_Hans/LC_MESSAGES"
TAG = re.compile(r"""\{%\s*(?:trans|translate)\s+(["'])(?P<text>.*?)\1""")
SAME_IN_BOTH = {"%(class_name)s %(instance)s"}


def words_of_unfold() -> set[str]:
    texts = (path.read_text() for path in TEMPLATES.rglob("*.html"))
    return {match["text"] for text in texts for match in TAG.finditer(text)}


def test_every_word_of_unfold_has_a_chinese_one():
    with translation.override("zh-hans"):
        missing = {w for w in words_of_unfold() - SAME_IN_BOTH if w.isascii() and gettext(w) == w}

    assert {word for word in missing if re.search("[A-Za-z]{2}", word)} == set()


def test_the_compiled_catalogue_is_as_new_as_its_source():
    source = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    words = re.findall(r'^msgid "([^"\\]+)"\nmsgstr "([^"\\]+)"$', source, flags=re.MULTILINE)

    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    stale = [english for english, chinese in words if compiled.gettext(english) != chinese]

    assert len(words) > 90
    assert stale == []
