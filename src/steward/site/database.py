"""The database: `DATABASE_URL` when given, else a private PostgreSQL under `STEWARD_HOME`."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PRIVATE_DIRECTORY = "pg"


def settings_for(home: Path, url: str | None) -> dict[str, Any]:
    """Django's DATABASES entry, without starting anything."""
    found = _from_url(url) if url else _private(home)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": int(os.environ.get("STEWARD_CONN_MAX_AGE", "60")),
        "CONN_HEALTH_CHECKS": True,
        **found,
    }


def _private(home: Path) -> dict[str, Any]:
    return {"NAME": "postgres", "USER": "postgres", "HOST": socket_directory(home)}


def socket_directory(home: Path) -> str:
    """Where the running server listens: beside its data, or elsewhere when that path is long."""
    data = home / PRIVATE_DIRECTORY
    pid_file = data / "postmaster.pid"
    lines = pid_file.read_text().splitlines() if pid_file.exists() else []
    return lines[4] if len(lines) > 4 and lines[4] else str(data)


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if not re.fullmatch(r"postgres(ql)?|kingbase", parts.scheme):
        raise ValueError("DATABASE_URL 必须以 postgresql:// 开头")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }
