"""Templates: formatted by djade, linted by djLint, and free of inline English."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    templates = sorted(str(p) for p in (ROOT / "src").rglob("templates/**/*.html"))
    if not templates:
        return 0
    formatted = subprocess.run(
        [sys.executable, "-m", "djade", "--check", "--target-version", "5.2", *templates],
        check=False,
    )
    linted = subprocess.run(
        [sys.executable, "-m", "djlint", "--lint", "--quiet", *templates], check=False, cwd=ROOT
    )
    return formatted.returncode or linted.returncode


if __name__ == "__main__":
    sys.exit(main())
