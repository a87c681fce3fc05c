from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from steward.contracts.packs import api as packs
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import now


class Command(BaseCommand):
    """Load a pack by the code of a shipped one or from a file."""

    help = "载入合同包：给出随平台提供的编码，或 YAML 文件路径"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", help="合同编码或文件路径")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        name, by = options["pack"], Actor.system("命令行")
        try:
            if name in packs.library():
                version = packs.load_library_pack(name, by=by, now=now())
            else:
                version = packs.load_pack_file(Path(name), by=by, now=now())
        except StewardError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{version.contract} 第 {version.number} 版，{version.effective_date} 起生效，"
            f"摘要 {version.pack_hash[:12]}"
        )
