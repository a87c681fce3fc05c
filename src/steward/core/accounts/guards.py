"""Why a body cannot be ended yet, as far as people are concerned."""

from datetime import datetime

from django.db.models import Q

from steward.core.accounts.models import Post
from steward.core.organizations import api as organizations
from steward.kernel.instants import local_date


def posts_in_use(organization_id: int, now: datetime) -> organizations.Use | None:
    """Posts of active people that have not ended."""
    open_posts = Q(valid_until__isnull=True) | Q(valid_until__gt=local_date(now))
    count = Post.objects.filter(
        open_posts, organization_id=organization_id, user__is_active=True
    ).count()
    if not count:
        return None
    return organizations.Use(f"有 {count} 个有效岗位", f"/users/?organization={organization_id}")
