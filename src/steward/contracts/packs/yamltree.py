"""YAML as plain values with the place of every one, decimals exact and repeated keys refused."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from steward.contracts.packs.problems import PackInvalidError, PackProblem, Path, dotted

_TAG = "tag:yaml.org,2002:"
_MAX_BYTES = 2_000_000


@dataclass(slots=True)
class YamlTree:
    """The values of a file; `places` maps a path to its (line, column), keys to that of the key."""

    file: str
    value: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[PackProblem] = field(default_factory=list)
    hints: list[PackProblem] = field(default_factory=list)

    def place(self, path: Path) -> tuple[int, int]:
        """Where a path stands, or the nearest part of the file that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def at(self, path: Path) -> Any:
        """The value at a path, or None where there is none."""
        value = self.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def problem(self, path: Path, message: str, *, value: object = "", allowed: str = "") -> None:
        """Note a mistake at a path."""
        self.problems.append(self._told(path, message, value, allowed=allowed))

    def hint(self, path: Path, message: str, *, value: object = "") -> None:
        """Note what is allowed but probably not meant; it does not stop a pack."""
        self.hints.append(self._told(path, message, value))

    def _told(self, path: Path, message: str, value: object, *, allowed: str = "") -> PackProblem:
        line, column = self.place(path)
        shown = "" if value is None or isinstance(value, dict | list) else str(value)
        return PackProblem(line, column, dotted(path), message, shown[:80], allowed)


def parse(text: str, file: str) -> YamlTree:
    """Read YAML; PackInvalidError names the line and column of what is no YAML at all."""
    if len(text.encode()) > _MAX_BYTES:
        raise PackInvalidError(file, [PackProblem(1, 1, "全文", "文件超过 2 MB，不像合同包")])
    try:
        node = composed(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        words = "不是合法的 YAML，请检查缩进、冒号与引号"
        raise PackInvalidError(
            file, [PackProblem(line, column, "全文", words, str(error.problem or ""))]
        ) from error
    tree = YamlTree(file)
    if not isinstance(node, MappingNode):
        raise PackInvalidError(file, [PackProblem(1, 1, "全文", "文件为空或不是键值结构")])
    tree.value = _value(node, (), tree)
    return tree


@lru_cache(maxsize=16)
def composed(text: str) -> Node | None:
    """The nodes of a text; read once, because a pack is read again whenever it is compared."""
    node: Node | None = YAML(typ="safe", pure=True).compose(text)
    return node


def _value(node: Node, path: Path, tree: YamlTree) -> Any:
    tree.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, i), tree) for i, item in enumerate(node.value)]
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, path: Path, tree: YamlTree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        below = (*path, key)
        if key in found:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            tree.problems.append(PackProblem(line, column, dotted(below), "同一个键写了两次"))
            continue
        found[key] = _value(value_node, below, tree)
        tree.keys[below] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
    return found


def _scalar(node: ScalarNode) -> Any:
    tag, text = str(node.tag).removeprefix(_TAG), str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    if tag in ("int", "float"):
        return _number(text)
    return text


def _number(text: str) -> Any:
    plain = text.replace("_", "")
    try:
        number = Decimal(plain)
    except ArithmeticError:
        return text
    if not number.is_finite():
        return text
    return int(plain) if plain.lstrip("+-").isdigit() else number
