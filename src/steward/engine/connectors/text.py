"""Text files of unknown encoding: UTF-8, GB18030 and UTF-16 told apart, line by line."""

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from steward.engine.connectors.rejects import Reject

ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
}
_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def detect(path: Path) -> str:
    """The encoding of a file: by its mark, else by reading all of it.

    A file that is valid UTF-8 is UTF-8. One that is not is taken line by line: what most lines
    outside ASCII are valid in decides, so that a few foreign lines do not turn the file over.
    """
    with path.open("rb") as handle:
        head = handle.read(4096)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if max(zeros) > len(head) // 8:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return "utf-8" if _is_utf8(path) else _by_majority(path)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as handle:
            while block := handle.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _by_majority(path: Path) -> str:
    good = bad = 0
    with path.open("rb") as handle:
        for line in handle:
            if line.isascii():
                continue
            valid = _valid(line, "utf-8")
            good, bad = good + valid, bad + (not valid)
    return "utf-8" if good > bad else "gb18030"


def _valid(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def lines(path: Path, encoding: str, bad: Callable[[Reject], None]) -> Iterator[tuple[int, str]]:
    """Numbered lines with their ends; a line that is not of the encoding goes to `bad`."""
    with path.open("rb") as handle:
        if encoding.startswith("utf-16"):
            yield from _wide(handle, encoding, (path.name, bad))
            return
        for number, raw in enumerate(handle, start=1):
            line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            try:
                yield number, line.decode(encoding)
            except UnicodeDecodeError:
                bad(_foreign(path.name, number, line, encoding=encoding))


def _wide(
    handle: BinaryIO, encoding: str, told: tuple[str, Callable[[Reject], None]]
) -> Iterator[tuple[int, str]]:
    """Two bytes a unit: a line ends at the unit of a line feed, not at its byte."""
    feed = "\n".encode(encoding)
    rest, number = b"", 0
    while block := handle.read(_BLOCK):
        rest += block
        start = 0
        while (end := _find(rest, feed, start)) >= 0:
            number += 1
            yield from _decoded(rest[start : end + 2], encoding, (number, *told))
            start = end + 2
        rest = rest[start:]
    if rest:
        yield from _decoded(rest, encoding, (number + 1, *told))


def _find(data: bytes, feed: bytes, start: int) -> int:
    end = data.find(feed, start)
    while end >= 0 and (end - start) % 2:
        end = data.find(feed, end + 1)
    return end


def _decoded(
    raw: bytes, encoding: str, told: tuple[int, str, Callable[[Reject], None]]
) -> Iterator[tuple[int, str]]:
    number, place, bad = told
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        bad(_foreign(place, number, raw, encoding=encoding))
        return
    yield number, text.removeprefix("\ufeff") if number == 1 else text


def _foreign(place: str, number: int, raw: bytes, *, encoding: str) -> Reject:
    other = "gb18030" if encoding == "utf-8" else "utf-8"
    guess = ""
    if _valid(raw, other):
        guess = f"，像是 {ENCODINGS[other]}"
    text = raw.decode(other if guess else encoding, errors="replace").strip()
    return Reject(
        place=place, row=number, value=text, reason=f"文字编码不是 {ENCODINGS[encoding]}{guess}"
    )
