"""Writing variants of identifiers: full width, spaces, case."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―－"), "-")


def to_half_width(text: str) -> str:
    """Full-width ASCII and the ideographic space become their half-width forms."""
    return text.translate(_HALF_WIDTH)


def normalise(text: str) -> str:
    """Half width, no spaces or invisible characters, capital letters, one kind of dash."""
    plain = text.translate(_DASHES).translate(_HALF_WIDTH).translate(_INVISIBLE)
    return "".join(plain.split()).upper()
