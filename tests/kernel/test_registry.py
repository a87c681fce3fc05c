import sys
from pathlib import Path

import pytest

from steward.kernel.registry import Registry, UnknownCodeError

EXTENSION = """
from steward.kernel.registry import Extension
from {package} import registry

@registry.register
class {name}(Extension):
    code = "{code}"
    label = "{label}"
"""


class Point:
    """A package of extension files on disk, as an app has them."""

    def __init__(self, path: Path, package: str) -> None:
        self.folder = path / package
        self.folder.mkdir()
        self.package = package
        (self.folder / "__init__.py").write_text(
            f"from steward.kernel.registry import Registry\nregistry = Registry({package!r})\n"
        )

    def add(self, code: str, *, label: str = "", text: str = "", file: str = "") -> None:
        body = EXTENSION.format(package=self.package, name=code.title(), code=code, label=label)
        (self.folder / f"{file or code}.py").write_text(body + text)

    def load(self) -> Registry:
        return __import__(self.package).registry


@pytest.fixture
def point(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)
    yield Point(tmp_path, "extension_point")
    for name in set(sys.modules) - known:
        del sys.modules[name]


def test_every_file_of_the_package_is_one_entry(point):
    point.add("tcp", label="端口")
    point.add("http", label="网页")

    assert point.load().choices() == [("http", "网页"), ("tcp", "端口")]


def test_an_entry_is_found_by_its_code(point):
    point.add("tcp", label="端口")

    assert point.load().get("tcp").label == "端口"


def test_files_that_begin_with_an_underscore_are_not_entries(point):
    point.add("tcp", file="_tcp")

    assert list(point.load()) == []


def test_an_unknown_code_is_named_with_the_known_ones(point):
    point.add("tcp")

    with pytest.raises(UnknownCodeError, match="“ftp”") as error:
        point.load().get("ftp")

    assert error.value.data == {"known": ["tcp"]}


def test_one_code_in_two_files_is_a_programming_error(point):
    point.add("tcp", file="first")
    point.add("tcp", file="second")

    with pytest.raises(ValueError, match="'tcp' is registered twice"):
        point.load().choices()


@pytest.mark.parametrize("text", ["import no_such_module", "raise RuntimeError('broken')", "("])
def test_a_file_that_cannot_be_imported_is_not_hidden(point, text):
    point.add("tcp")
    point.add("broken", text=text)

    with pytest.raises((ImportError, RuntimeError, SyntaxError)):
        point.load().choices()


def test_it_is_not_hidden_on_the_second_read_either(point):
    point.add("broken", text="raise RuntimeError('broken')")
    registry = point.load()
    with pytest.raises(RuntimeError, match="broken"):
        registry.get("broken")

    with pytest.raises(RuntimeError, match="broken"):
        registry.get("broken")


def test_a_file_may_read_the_registry_while_it_is_imported(point):
    point.add("tcp")
    point.add("again", text="codes = [cls.code for cls in registry]\n")

    assert len(point.load().choices()) == 2
