"""The same bytes for the same document: fixed times and order inside the zip."""

import zipfile
from io import BytesIO

EPOCH = (1980, 1, 1, 0, 0, 0)
FIRST = ("[Content_Types].xml", "_rels/.rels")


def stable(content: bytes) -> bytes:
    """The archive written again with sorted names, fixed times and one way of packing."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out,
    ):
        for name in sorted(source.namelist(), key=_place):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            out.writestr(entry, source.read(name))
    return target.getvalue()


def _place(name: str) -> tuple[int, str]:
    return (FIRST.index(name) if name in FIRST else len(FIRST), name)
