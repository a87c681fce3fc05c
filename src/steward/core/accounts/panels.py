"""What accounts show on the pages of bodies."""

from typing import Any

from django.http import HttpRequest

from steward.core.access import api as access
from steward.core.accounts.queries import member_count
from steward.core.organizations import api as organizations
from steward.kernel.instants import now
from steward.kernel.subjects import Subject


def people_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """How many people hold posts in the body's subtree, for whoever may see them all."""
    if not access.can(request.user, "accounts.user.view", int(subject.key)):
        return None
    ids = organizations.subtree_ids(int(subject.key))
    return {"organization_id": int(subject.key), "count": member_count(ids, now=now())}
