"""What the commands show: a progress line, tables that line up in Chinese, one error sentence."""

import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, TextIO

from steward.kernel.errors import StewardError

DONE: Final = 0
FINDINGS: Final = 1
FAILED: Final = 2


class Progress:
    """One line on a terminal that is overwritten; silent elsewhere, so that logs stay clean."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.width = 0

    def step(self, text: str) -> None:
        """Show what is being done now."""
        self._show(f"{text}……")

    def rows(self, text: str, count: int) -> None:
        """Show what is being done and how far it is."""
        self._show(f"{text} {count:,} 行")

    def clear(self) -> None:
        """Take the line away."""
        if self.width:
            self.stream.write("\r" + " " * self.width + "\r")
            self.stream.flush()
            self.width = 0

    def _show(self, text: str) -> None:
        if not self.stream.isatty():
            return
        self.clear()
        self.stream.write(text)
        self.stream.flush()
        self.width = columns(text)


def columns(text: str) -> int:
    """Columns of a terminal that a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table whose columns line up; numbers to the right."""
    cells = [[_text(value) for value in row] for row in rows]
    widths = [
        max([columns(title), *(columns(row[index]) for row in cells)])
        for index, title in enumerate(header)
    ]
    right = [
        bool(rows) and all(isinstance(row[index], int) for row in rows)
        for index in range(len(header))
    ]
    lines = [header, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            _padded(text, width, right=end)
            for text, width, end in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def short(text: str, width: int = 30) -> str:
    """A text cut to so many columns, with … where it was cut; control characters shown as ␀."""
    text = "".join("␀" if unicodedata.category(char) == "Cc" else char for char in text)
    if columns(text) <= width:
        return text
    out = ""
    for char in text:
        if columns(out + char) > width - 1:
            break
        out += char
    return f"{out}…"


def hinted(error: StewardError, option: str) -> str:
    """The sentence of an error; where bad rows may be left out, with the option that does it."""
    return error.message.replace("选择跳过坏行", f"用 {option} 跳过坏行")


def guarded(work: Callable[[Progress], int], *, keep: str = "--keep-bad") -> int:
    """Run a command; every expected failure is one Chinese sentence and code 2.

    `keep` is the option of this command that leaves bad rows out.
    """
    progress = Progress()
    try:
        code = work(progress)
    except StewardError as error:
        progress.clear()
        sys.stderr.write(f"{hinted(error, keep)}\n")
        return FAILED
    except KeyboardInterrupt:
        progress.clear()
        sys.stderr.write("已中断，未完成的写入已撤销\n")
        return FAILED
    progress.clear()
    return code


def _text(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - columns(text))
    return space + text if right else text + space
