"""Which files are taken: the endings, their media types and the bytes they must begin with."""

OFFICE, OLE = (b"PK\x03\x04", b"PK\x05\x06"), (b"\xd0\xcf\x11\xe0",)
ANY: tuple[bytes, ...] = ()
OOXML = "application/vnd.openxmlformats-officedocument"

ALLOWED: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", OFFICE),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "docx": (f"{OOXML}.wordprocessingml.document", OFFICE),
    "xlsx": (f"{OOXML}.spreadsheetml.sheet", OFFICE),
    "pptx": (f"{OOXML}.presentationml.presentation", OFFICE),
    "doc": ("application/msword", OLE),
    "xls": ("application/vnd.ms-excel", OLE),
    "ppt": ("application/vnd.ms-powerpoint", OLE),
    "wps": ("application/vnd.ms-works", OLE),
    "et": ("application/octet-stream", OLE),
    "zip": ("application/zip", OFFICE),
    "rar": ("application/vnd.rar", (b"Rar!\x1a\x07",)),
    "7z": ("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "gz": ("application/gzip", (b"\x1f\x8b",)),
    "txt": ("text/plain; charset=utf-8", ANY),
    "log": ("text/plain; charset=utf-8", ANY),
    "md": ("text/plain; charset=utf-8", ANY),
    "csv": ("text/csv; charset=utf-8", ANY),
    "json": ("application/json", ANY),
    "yaml": ("text/plain; charset=utf-8", ANY),
    "xml": ("text/plain; charset=utf-8", ANY),
    "sql": ("text/plain; charset=utf-8", ANY),
    "eml": ("message/rfc822", ANY),
    "mp4": ("video/mp4", ANY),
}

SHOWN_IN_BROWSER = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif"})
