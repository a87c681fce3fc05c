"""Write tests/meta/permissions.toml from the addresses that exist; its difference is to be read."""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")

import django

django.setup()

from tests.meta.test_urls import GUARDED, TABLE

HEAD = '# Who may open which address: "*" whoever is signed in, "" everybody. See tests/meta/test_urls.py.\n'


def main() -> int:
    lines = [f'"{name}" = "{permission}"' for name, (_, permission) in sorted(GUARDED.items())]
    Path(TABLE).write_text(HEAD + "[permissions]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} addresses")
    return 0


if __name__ == "__main__":
    sys.exit(main())
