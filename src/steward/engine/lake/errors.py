"""What can go wrong with tables and the engine that reads them, in words for the person."""

import errno
import re

import duckdb

from steward.kernel.errors import ConflictError, InvalidError, NotFoundError, StewardError


class EngineError(StewardError):
    """The engine could not run a statement; the cause is in the sentence."""

    code = "engine.failed"
    status = 422


class DamagedFileError(InvalidError):
    """A file is truncated or is not of the format its name says."""

    code = "engine.damaged_file"


class MissingColumnError(InvalidError):
    """A column that was asked for does not exist."""

    code = "engine.missing_column"


class WrongTypeError(InvalidError):
    """A value or column cannot be read as the type that is needed."""

    code = "engine.wrong_type"


class DiskFullError(StewardError):
    """The disk, the quota or the largest file size is used up."""

    code = "engine.disk_full"
    status = 507


class OutOfMemoryError(StewardError):
    """The work does not fit in the memory limit even with spilling."""

    code = "engine.out_of_memory"
    status = 507


class UnknownTableError(NotFoundError):
    """No table of that name exists in the lake."""

    code = "engine.lake.unknown_table"


class SchemaMismatchError(InvalidError):
    """The rows do not fit the table, and fitting them would lose something."""

    code = "engine.lake.schema_mismatch"


class TableBusyError(ConflictError):
    """Another writer holds the table."""

    code = "engine.lake.busy"


class VersionGoneError(NotFoundError):
    """A version was never written, or its files were vacuumed."""

    code = "engine.lake.version_gone"


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_TEXT = re.compile(
    r"No space left|Disk quota|File too large|max_temp_directory_size", re.IGNORECASE
)
_DAMAGED_TEXT = re.compile(
    r"magic bytes|footer|too small to be a Parquet|Corrupt|Invalid Parquet|TProtocol|Snappy|ZSTD"
    r"|decompress|not a parquet|Unexpected end of stream|end of file",
    re.IGNORECASE,
)
_FILE_TEXT = re.compile(r'(?:file|File) ["\']([^"\']+)["\']')
_COLUMN_TEXT = re.compile(r'column "?([^"\n]+?)"? not found|does not have a column named "([^"]+)"')


def is_disk_full(error: BaseException) -> bool:
    """Whether an exception of any library means that nothing more can be written."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return bool(_FULL_TEXT.search(str(error)))


def disk_full(place: str) -> DiskFullError:
    """The error for a full disk while writing `place`."""
    return DiskFullError(
        f"写入{place}时磁盘空间不足或超过文件大小上限，未写入的内容已清理；请腾出空间后重试",
        place=place,
    )


def explain(error: duckdb.Error, place: str) -> StewardError:
    """Turn an error of DuckDB into a sentence that names `place` and the way out."""
    text = str(error).split("\n", 1)[0]
    if is_disk_full(error):
        return disk_full(place)
    if isinstance(error, duckdb.OutOfMemoryException):
        return OutOfMemoryError(f"处理{place}时内存不足：请调大内存上限或减少比较的列", place=place)
    if _DAMAGED_TEXT.search(text):
        file = _FILE_TEXT.search(text)
        shown = f"{place}的文件“{file.group(1)}”" if file and file.group(1) != place else place
        return DamagedFileError(
            f"{shown}已损坏或不完整（可能没有传完），无法读取，请重新获取：{text}", place=place
        )
    if found := _COLUMN_TEXT.search(text):
        column = found.group(1) or found.group(2)
        return MissingColumnError(f"{place}中没有列“{column}”", place=place, column=column)
    if isinstance(error, duckdb.ConversionException | duckdb.TypeMismatchException):
        return WrongTypeError(f"{place}中有值与列类型不符：{text}", place=place)
    return EngineError(f"处理{place}失败：{text}", place=place)
