"""Facade of attachments: store, attach, list, guard who reads them."""

from steward.core.files.queries import (
    FileInfo,
    UnknownFileError,
    blob_path,
    get,
    of_subject,
    read,
    readable,
)
from steward.core.files.registry import guard
from steward.core.files.services import (
    MAX_BYTES,
    FileTooLargeError,
    FileTypeError,
    attach,
    clean_name,
    detach,
    store,
)

__all__ = [
    "MAX_BYTES",
    "FileInfo",
    "FileTooLargeError",
    "FileTypeError",
    "UnknownFileError",
    "attach",
    "blob_path",
    "clean_name",
    "detach",
    "get",
    "guard",
    "of_subject",
    "read",
    "readable",
    "store",
]
