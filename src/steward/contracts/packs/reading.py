"""A YAML text to a checked pack: every mistake at once, each with its exact place."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from steward.contracts.packs.document import Pack
from steward.contracts.packs.linting import lint
from steward.contracts.packs.problems import PackInvalidError, PackProblem, Path
from steward.contracts.packs.registry import RuleShape, rule_shapes
from steward.contracts.packs.wording import allowed_of, words_of
from steward.contracts.packs.yamltree import YamlTree, parse

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ReadPack:
    """A pack that passed every check, the text it was read from, and what may not be meant."""

    pack: Pack
    source: str
    hints: tuple[PackProblem, ...] = ()


def read_pack(text: str, *, file: str, calendars: Collection[str]) -> ReadPack:
    """Check a whole pack; `calendars` are the codes of the platform's calendars.

    Raises PackInvalidError with every mistake found: the shapes of all parts first, and, where
    the whole has its shape, what its parts say about each other.
    """
    tree = parse(text, file)
    pack = _validated(tree, (), Pack)
    _check_rules(tree)
    if pack is not None and not tree.problems:
        lint(pack, tree, calendars=calendars)
    if tree.problems or pack is None:
        raise PackInvalidError(file, tree.problems)
    return ReadPack(pack, text, tuple(sorted(set(tree.hints))))


def _validated(tree: YamlTree, path: Path, model: type[M], *, skip: str = "") -> M | None:
    value = tree.at(path)
    if skip and isinstance(value, dict):
        value = {key: value[key] for key in value if key != skip}
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for detail in error.errors():
            place = _real(tree, (*path, *detail["loc"]))
            given = "" if detail["type"] in ("missing", "extra_forbidden") else detail["input"]
            tree.problem(place, words_of(detail), value=given, allowed=allowed_of(detail, model))
        return None


def _real(tree: YamlTree, path: Path) -> Path:
    """The path without the branch names that pydantic adds for unions."""
    while len(path) > 1 and path not in tree.places and path[:-1] in tree.places:
        if not isinstance(tree.at(path[:-1]), dict):
            return path[:-1]
        break
    return path


def _check_rules(tree: YamlTree) -> None:
    """The parameters of every rule by the model of its kind."""
    for path in _rule_paths(tree, "indicator"):
        _check_rule(tree, path, rule_shapes("indicator"))
    for path in _rule_paths(tree, "veto"):
        _check_rule(tree, path, rule_shapes("veto"))


def _rule_paths(tree: YamlTree, use: str) -> list[Path]:
    start = "vetoes" if use == "veto" else "assessment"
    return [
        path
        for path in tree.places
        if path and path[0] == start and path[-1] == "rule" and isinstance(tree.at(path), dict)
    ]


def _check_rule(tree: YamlTree, path: Path, shapes: dict[str, RuleShape]) -> None:
    kind = tree.at((*path, "kind"))
    shape = shapes.get(str(kind))
    if shape is None:
        words = "缺少计分方式 kind" if kind is None else "没有这种计分方式"
        tree.problem((*path, "kind"), words, value=kind, allowed=", ".join(shapes))
        return
    _validated(tree, path, shape.params, skip="kind")
