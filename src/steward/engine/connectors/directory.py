"""A folder on this machine or a mounted share."""

import shutil
from pathlib import Path
from typing import ClassVar

from steward.engine.connectors.base import Connector, connectors
from steward.engine.connectors.errors import SourceMissingError
from steward.engine.connectors.files import replacing
from steward.engine.connectors.filestore import Entry, FileStore, moment


@connectors.register
class DirectoryConnector(FileStore):
    """`folder#*.csv`, `dir:///folder#2026/*.xlsx`; without `#` the list of files."""

    code = "directory"
    label = "文件目录"
    suffixes: ClassVar[tuple[str, ...]] = ("/",)
    schemes: ClassVar[tuple[str, ...]] = ("dir", "directory")
    remote: ClassVar[bool] = False

    def entries(self) -> list[Entry]:
        root = self.location.local
        if not root.is_dir():
            raise SourceMissingError(f"目录不存在：{root}", path=str(root))
        return [
            Entry(
                path=path.relative_to(root).as_posix(),
                size=path.stat().st_size,
                modified_at=moment(path.stat().st_mtime),
            )
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        ]

    def fetch(self, entry: Entry, target: Path) -> None:
        shutil.copyfile(self.location.local / entry.path, target)

    def store(self, source: Path, path: str) -> None:
        target = self.location.local / path
        with replacing(target, mode="overwrite", label=self.label) as draft:
            shutil.copyfile(source, draft)

    def _inner(self, entry: Entry, folder: Path) -> Connector:
        """Files are already here: read them where they are."""
        del folder
        return super()._inner(entry, self.location.local)
