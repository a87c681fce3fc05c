r"""Regular expressions that mean the same on RE2, POSIX (PostgreSQL), PCRE, Java and Python.

A pattern is parsed into a small tree and printed for each flavour, so that shorthand (`\d`),
the dot, the end anchor and escapes keep one meaning:

- a match may be anywhere in the text; anchor with `^` and `$`;
- `.` is any character but a line feed, `$` is the very end (never "before a final line feed");
- `\d \w \s` are ASCII; `\uXXXX` is accepted anywhere;
- no look-around, no back-reference, no word boundary, no flags, no nested unbounded repetition
  (a backtracking engine would take exponential time).
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

from steward.engine.expressions.errors import PatternError

MAX_LENGTH = 1000
MAX_DEPTH = 20
LONGEST_NUMBER = 15
MAX_REPEAT = 255  # the smallest limit among the engines (PostgreSQL)

Range = tuple[str, str]

_SHORTHAND: dict[str, tuple[Range, ...]] = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\n"), ("\x0b", "\r"), (" ", " ")),
}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\x0b"}
_QUANTIFIED = re.compile(r"\{([0-9]{1,4})(,([0-9]{0,4}))?\}")
_SPECIAL = frozenset("\\^$.|?*+()[]{}")


class Flavour(Enum):
    """The engines' dialects of regular expressions."""

    RE2 = "re2"
    POSIX = "posix"
    PCRE = "pcre"
    JAVA = "java"
    PYTHON = "python"

    @property
    def end(self) -> str:
        """How the very end of the text is written."""
        return r"\Z" if self in {Flavour.POSIX, Flavour.PYTHON} else r"\z"


@dataclass(frozen=True, slots=True)
class _Set:
    ranges: tuple[Range, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Anchor:
    end: bool


@dataclass(frozen=True, slots=True)
class _Repeat:
    item: "_Node"
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class _Sequence:
    items: "tuple[_Node, ...]"


@dataclass(frozen=True, slots=True)
class _Choice:
    options: "tuple[_Node, ...]"


_Node = _Set | _Anchor | _Repeat | _Sequence | _Choice


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked regular expression; `Pattern.parse` is the only way to make one."""

    source: str
    _root: _Node

    @classmethod
    def parse(cls, source: str) -> "Pattern":
        """Raise PatternError naming the character and the way out."""
        if len(source) > MAX_LENGTH:
            raise PatternError(f"超过 {MAX_LENGTH} 个字符，请拆成几条规则", MAX_LENGTH)
        return cls(source, _Parser(source).parse())

    def text(self, flavour: Flavour) -> str:
        return _print(self._root, flavour)

    def found_in(self, value: str) -> bool:
        return _compiled(self.text(Flavour.PYTHON)).search(value) is not None

    @property
    def whole_prefix(self) -> bool:
        """Every match starts at the start of the text and is not empty."""
        first = self._root.items[0] if isinstance(self._root, _Sequence) else None
        anchored = isinstance(first, _Anchor) and not first.end
        return anchored and not self.found_in("")

    def numbers(self) -> tuple[int, int, int] | None:
        """(length, low, high) where the pattern means “so many digits”, or None.

        Every text of `length` digits whose number lies between the two, both without leading
        zero, matches; nothing else does, but for texts that start with a zero.
        """
        sets = _digit_sets(self._root)
        if not sets or len(sets) > LONGEST_NUMBER:
            return None
        free = len(sets)
        while free and sets[free - 1] == ("0", "9"):
            free -= 1
        if any(low != high for low, high in sets[: max(free - 1, 0)]):
            return None
        low, high = ("".join(bounds) for bounds in zip(*sets, strict=True))
        least = 10 ** (len(sets) - 1)
        return None if int(high) < least else (len(sets), max(int(low), least), int(high))


def _digit_sets(root: _Node) -> list[Range]:
    """One range of digits for every character of a text that matches in whole, or nothing."""
    items = root.items if isinstance(root, _Sequence) else ()
    ends = [item.end if isinstance(item, _Anchor) else None for item in items]
    if len(items) < 3 or (ends[0], ends[-1]) != (False, True):
        return []
    sets: list[Range] = []
    for item in items[1:-1]:
        inner, times = (item.item, item.low) if isinstance(item, _Repeat) else (item, 1)
        if isinstance(item, _Repeat) and item.low != item.high:
            return []
        if not isinstance(inner, _Set) or inner.negated or len(inner.ranges) != 1:
            return []
        if not "0" <= inner.ranges[0][0] <= inner.ranges[0][1] <= "9":
            return []
        sets += [inner.ranges[0]] * times
    return sets


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text)


class _Parser:
    """Recursive descent over the source; `at` is the next character."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0

    def parse(self) -> _Node:
        node = self._choice()
        if self.at < len(self.source):
            raise self._error("多余的右括号")
        return node

    def _error(self, reason: str) -> PatternError:
        return PatternError(reason, min(self.at, max(len(self.source) - 1, 0)))

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _choice(self) -> _Node:
        options = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else _Choice(tuple(options))

    def _sequence(self) -> _Node:
        items: list[_Node] = []
        while self._peek() not in {"", "|", ")"}:
            items.append(self._repeated())
        return items[0] if len(items) == 1 else _Sequence(tuple(items))

    def _repeated(self) -> _Node:
        item = self._atom()
        bounds = self._bounds()
        if bounds is None:
            return item
        if isinstance(item, _Anchor):
            raise self._error("定位符 ^ 和 $ 后面不能写重复次数")
        if _has_unbounded(item) and bounds[1] is None:
            raise self._error("不限次数的重复不能嵌套，否则在一些数据库上会极慢")
        if self._peek() in {"*", "+", "{"}:
            raise self._error("重复次数后面不能再写重复次数")
        if self._peek() == "?":
            self.at += 1  # lazy or greedy: the answer is the same
        return _Repeat(item, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._peek())
        if simple is not None:
            self.at += 1
            return simple
        if self._peek() != "{":
            return None
        match = _QUANTIFIED.match(self.source, self.at)
        if match is None:
            raise self._error("重复次数写作 {3}、{3,} 或 {3,5}；要匹配花括号本身请写 \\{")
        low = int(match[1])
        high = low if match[2] is None else int(match[3]) if match[3] else None
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise self._error(f"重复次数须从小到大且不超过 {MAX_REPEAT}")
        self.at = match.end()
        return low, high

    def _atom(self) -> _Node:
        char = self._peek()
        if char in {"*", "+", "?", "{"}:
            raise self._error("重复次数前面没有内容")
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        self.at += 1
        if char == ".":
            return _Set((("\n", "\n"),), negated=True)
        if char in {"^", "$"}:
            return _Anchor(end=char == "$")
        if char in {"]", "}"}:
            self.at -= 1
            raise self._error(f"要匹配 {char} 本身请写 \\{char}")
        if char == "\\":
            return self._escape()
        return _Set(((char, char),))

    def _group(self) -> _Node:
        self.at += 1
        if self._peek() == "?":
            if not self.source.startswith("?:", self.at):
                raise self._error(
                    "不支持环视、命名分组和开关（(?=、(?!、(?<、(?i) 等），请改写成不用它们的形式"
                )
            self.at += 2
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(f"括号嵌套超过 {MAX_DEPTH} 层")
        node = self._choice()
        self.depth -= 1
        if self._peek() != ")":
            raise self._error("缺少右括号")
        self.at += 1
        return _Sequence((node,))

    def _escape(self) -> _Set:
        char = self._peek()
        if char.isdigit():
            raise self._error("不支持反向引用（\\1 等）")
        if char.lower() in _SHORTHAND:
            self.at += 1
            return _Set(_SHORTHAND[char.lower()], negated=char.isupper())
        literal = self._literal_escape()
        return _Set(((literal, literal),))

    def _literal_escape(self) -> str:
        char = self._peek()
        self.at += 1
        if char == "u":
            digits = self.source[self.at : self.at + 4]
            if not re.fullmatch(r"[0-9A-Fa-f]{4}", digits) or 0xD800 <= int(digits, 16) <= 0xDFFF:
                raise self._error("\\u 后面须是一个字符的四位十六进制编码")
            self.at += 4
            return chr(int(digits, 16))
        if char in _CONTROL:
            return _CONTROL[char]
        if not char or (char.isascii() and char.isalnum()):
            self.at -= 1
            raise self._error(f"不支持 \\{char}")
        return char

    def _class(self) -> _Set:
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        ranges: list[Range] = []
        while self._peek() != "]":
            ranges.extend(self._class_item())
        if not ranges:
            raise self._error("方括号里没有内容")
        self.at += 1
        return _Set(tuple(ranges), negated)

    def _class_item(self) -> tuple[Range, ...]:
        if self._peek() == "\\" and self.source[self.at + 1 : self.at + 2] in set("dws"):
            self.at += 2
            return _SHORTHAND[self.source[self.at - 1]]
        low = self._class_char()
        if self._peek() != "-" or self.source[self.at + 1 : self.at + 2] in {"]", ""}:
            return ((low, low),)
        self.at += 1
        high = self._class_char()
        if high < low:
            raise self._error(f"范围 {low}-{high} 前大后小")
        return ((low, high),)

    def _class_char(self) -> str:
        char = self._peek()
        if not char:
            raise self._error("缺少右方括号")
        self.at += 1
        if char == "[":
            self.at -= 1
            raise self._error("方括号里要匹配 [ 本身请写 \\[，不支持 [:alpha:] 一类写法")
        return self._literal_escape() if char == "\\" else char


def _has_unbounded(node: _Node) -> bool:
    if isinstance(node, _Repeat):
        return node.high is None or _has_unbounded(node.item)
    if isinstance(node, _Sequence):
        return any(map(_has_unbounded, node.items))
    if isinstance(node, _Choice):
        return any(map(_has_unbounded, node.options))
    return False


def _print(node: _Node, flavour: Flavour) -> str:
    if isinstance(node, _Set):
        return _print_set(node)
    if isinstance(node, _Anchor):
        return flavour.end if node.end else "^"
    if isinstance(node, _Repeat):
        return f"{_grouped(node.item, flavour)}{_print_bounds(node)}"
    if isinstance(node, _Sequence):
        return "".join(
            f"({_print(item, flavour)})" if isinstance(item, _Choice) else _print(item, flavour)
            for item in node.items
        )
    return "|".join(_print(option, flavour) for option in node.options)


def _grouped(node: _Node, flavour: Flavour) -> str:
    text = _print(node, flavour)
    return text if isinstance(node, _Set) else f"({text})"


def _print_bounds(node: _Repeat) -> str:
    if node.high is None:
        return {0: "*", 1: "+"}.get(node.low, f"{{{node.low},}}")
    if (node.low, node.high) == (0, 1):
        return "?"
    return f"{{{node.low}}}" if node.low == node.high else f"{{{node.low},{node.high}}}"


def _print_set(node: _Set) -> str:
    single = len(node.ranges) == 1 and node.ranges[0][0] == node.ranges[0][1]
    if single and not node.negated:
        char = node.ranges[0][0]
        return f"\\{char}" if char in _SPECIAL else char
    inner = "".join(
        _class_text(low) if low == high else f"{_class_text(low)}-{_class_text(high)}"
        for low, high in node.ranges
    )
    return f"[{'^' if node.negated else ''}{inner}]"


def _class_text(char: str) -> str:
    """Escape what any flavour treats specially inside brackets (`&&` and `[` in Java too)."""
    return f"\\{char}" if char in "\\]^-[&~|" else char
