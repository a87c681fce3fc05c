"""What a run of files says of itself: counts, and a word about each file."""

from dataclasses import dataclass, field
from enum import StrEnum

from steward.data.sources.api import FileInfo
from steward.engine.connectors.sync import Report

SHOWN = 1000


class FileResult(StrEnum):
    """What became of a file in one run."""

    NEW = "new"
    CHANGED = "changed"
    WRITTEN = "written"
    REPEATED = "repeated"
    FAILED = "failed"
    GONE = "gone"
    BACK = "back"


FILE_RESULTS = {
    FileResult.NEW: "新登记",
    FileResult.CHANGED: "新版本",
    FileResult.WRITTEN: "已写入",
    FileResult.REPEATED: "重复，未再写入",
    FileResult.FAILED: "没有归集",
    FileResult.GONE: "来源已不见，保留",
    FileResult.BACK: "重新出现",
}


@dataclass(kw_only=True)
class Result:
    """Counts of a run and what became of each file; `error` is empty when every file was taken."""

    report: Report = field(default_factory=Report)
    files: list[dict[str, object]] = field(default_factory=list)
    bytes: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def error(self) -> str:
        """What failed, in words; the other files were taken."""
        if not self.failed:
            return ""
        first = "；".join(self.failed[:3])
        more = f"……共 {len(self.failed)} 个文件没有归集" if len(self.failed) > 3 else ""
        taken = sum(row["result"] in _TAKEN for row in self.files)
        rest = f"。其余 {taken} 个文件照常归集" if taken else ""
        return f"{first}{more}{rest}"

    def tell(
        self,
        file: FileInfo,
        result: FileResult,
        words: str = "",
        *,
        rows: int | None = None,
        rejected: int | None = None,
    ) -> None:
        """Take note of one file."""
        if result == FileResult.FAILED:
            self.failed.append(f"{file.path}：{words}")
        if len(self.files) < SHOWN:
            told = {"path": file.path, "size": file.size, "result": str(result), "words": words}
            self.files.append(told | {"rows": rows, "rejected": rejected})


_TAKEN = frozenset({FileResult.NEW, FileResult.CHANGED, FileResult.WRITTEN, FileResult.REPEATED})
