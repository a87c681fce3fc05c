from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from steward.contracts.packs import api as packs
from steward.kernel.errors import StewardError


class Command(BaseCommand):
    """Check a pack file without loading it; every mistake with its line and column."""

    help = "检查合同包文件，不载入"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="YAML 文件")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        file: Path = options["file"]
        try:
            read = packs.check_pack(file.read_text(encoding="utf-8"), file=file.name)
        except StewardError as error:
            raise CommandError(error.message) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"读不了文件 {file}，请检查路径与编码（UTF-8）") from error
        for hint in read.hints:
            self.stdout.write(f"提示 {hint.sentence(file.name)}")
        self.stdout.write(f"{file.name}：合同包“{read.pack.title}”检查通过")
