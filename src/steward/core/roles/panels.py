"""What roles show on the pages of people."""

from typing import Any

from django.http import HttpRequest

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.roles.queries import open_grants_of
from steward.kernel.instants import now
from steward.kernel.subjects import Subject


def grants_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The roles of a person, post by post, as far as the reader's scope goes."""
    user_id = int(subject.key)
    may = request.user.has_perm("roles.grant.change") and request.user.pk != user_id
    grants = open_grants_of(user_id)
    posts = [
        {
            "post": post,
            "may_grant": may
            and access.can(request.user, "roles.grant.change", post.organization_id),
            "grants": [g for g in grants if g.post_id == post.id],
        }
        for post in accounts.posts_of(user_id, now=now())
        if access.can(request.user, "roles.role.view", post.organization_id)
    ]
    return {"posts": posts, "user_id": user_id}
