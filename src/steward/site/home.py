"""Where this installation keeps its state."""

import os
from pathlib import Path


def home() -> Path:
    """`STEWARD_HOME`, or `var` in the working directory."""
    return Path(os.environ.get("STEWARD_HOME", "var")).resolve()
