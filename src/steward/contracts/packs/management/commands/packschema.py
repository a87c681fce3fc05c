from typing import Any

from django.core.management.base import BaseCommand

from steward.contracts.packs import api as packs


class Command(BaseCommand):
    """Write the JSON Schema of packs for editors."""

    help = "生成合同包的 JSON Schema"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        self.stdout.write(f"已写入 {packs.write_schema().name}")
