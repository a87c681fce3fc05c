"""Documents that lie fail the build: links, paths, commands and code fences that they name."""

import re
import shlex
import sys
from pathlib import Path

from steward.site.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)(?P<target>[^)#\s]+)")
CODE = re.compile(r"`(?P<code>[^`\n]+)`")
PATHLIKE = re.compile(r"^(src|tests|docs|tools|benchmarks)/[\w./\-]+$")
COMMAND = re.compile(r"^(\.venv/bin/)?steward (?P<name>[a-z]+)")


def main() -> int:
    documents = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    documents += sorted((ROOT / "src").rglob("README.md"))
    problems = [problem for document in documents for problem in problems_of(document)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def problems_of(document: Path) -> list[str]:
    """Every link, path and `steward` command that does not exist, as `file: what`."""
    text = document.read_text(encoding="utf-8")
    name = document.relative_to(ROOT)
    found = [
        f"{name}: link to {match['target']} leads nowhere"
        for match in LINK.finditer(text)
        if not (document.parent / match["target"]).exists()
    ]
    for match in CODE.finditer(text):
        code = match["code"].strip()
        if PATHLIKE.match(code) and "<" not in code and not (ROOT / code).exists():
            found.append(f"{name}: path {code} does not exist")
    for line in text.splitlines():
        command = COMMAND.match(line.strip().strip("`$ "))
        if command and command["name"] not in COMMANDS and not _is_django(command["name"]):
            found.append(f"{name}: no command {shlex.quote(command['name'])}")
    return found


def _is_django(name: str) -> bool:
    return name in {"migrate", "shell", "makemigrations", "check", "createsuperuser"}


if __name__ == "__main__":
    sys.exit(main())
