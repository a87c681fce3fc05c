"""Bodies for tests, made by the services so that paths are right."""

from itertools import count

from steward.core.organizations import api as organizations
from tests.support import NOW, SYSTEM

_numbers = count(1)


def body(
    name: str = "", *, parent: int | None = None, **fields: object
) -> organizations.OrganizationInfo:
    """A body under `parent`, with a code of its own."""
    number = next(_numbers)
    new = organizations.NewOrganization(
        code=f"ORG{number:05d}", name=name or f"机构{number}", parent_id=parent, **fields
    )
    return organizations.create(new, by=SYSTEM, now=NOW)
