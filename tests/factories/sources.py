"""Sources for tests, over real servers."""

from itertools import count
from urllib.parse import parse_qs, urlsplit

from steward.data.sources import api as sources
from steward.data.sources.models import Source
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

_numbers = count(1)


def draft(url: str, **fields: object) -> sources.SourceDraft:
    """A front-end database at a URL as the test servers give it, read as its administrator."""
    parts = urlsplit(url)
    engine = {"postgres": "postgresql"}.get(parts.scheme, parts.scheme)
    user = parts.username or "postgres"
    values = {
        "code": f"qzk-{next(_numbers)}",
        "name": "区民政局前置库",
        "purpose": "front_end",
        "engine": engine,
        "host": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "port": parts.port or 5432,
        "database": parts.path.strip("/"),
        "username": user,
        "password": parts.password or "",
        "manager": user,
        "manager_password": parts.password or "",
    }
    values |= fields
    values.setdefault("organization_id", 0)
    if not values["organization_id"]:
        values["organization_id"] = body().id
    return sources.SourceDraft(**values)


def source_at(url: str, **fields: object) -> Source:
    """Registered through the service, so that it was really connected to."""
    return sources.register_source(draft(url, **fields), by=SYSTEM, now=NOW)
