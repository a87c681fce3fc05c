"""The review of grants (K5): who holds what, and which of it looks like too much."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from steward.core.organizations import api as organizations
from steward.core.roles.choices import DutyChoice, Reach
from steward.core.roles.models import Grant
from steward.core.roles.queries import GrantInfo, to_grant
from steward.kernel.instants import local_date

DORMANT = timedelta(days=90)
REVIEW_EVERY = timedelta(days=180)

FLAGS = {
    "disabled": "用户已停用",
    "ended": "岗位已失效",
    "expired": "授权已到期",
    "dormant": "90 天未登录",
    "wide": "下级机构的岗位可见全部机构",
    "mixed": "管理员兼有业务角色",
    "stale": "180 天未复核",
}


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the table is narrowed to; `flag` is one of FLAGS, `any` or empty."""

    text: str = ""
    role_id: int | None = None
    organization_id: int | None = None
    user_id: int | None = None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One grant under review with what is odd about it, in words."""

    grant: GrantInfo
    username: str
    post_title: str
    granted_by: str
    reason: str
    last_login: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str
    flags: tuple[str, ...]


def reviewed(
    wanted: ReviewFilter, within: frozenset[int] | None, *, now: datetime
) -> QuerySet[Grant]:
    """The grants that are not revoked, in the scope, each annotated with the flags."""
    rows = Grant.objects.filter(revoked_at__isnull=True)
    if within is not None:
        rows = rows.filter(post__organization__in=within)
    if wanted.organization_id is not None:
        below = organizations.subtree_ids(wanted.organization_id)
        rows = rows.filter(post__organization__in=below)
    if wanted.role_id is not None:
        rows = rows.filter(role_id=wanted.role_id)
    if wanted.user_id is not None:
        rows = rows.filter(post__user_id=wanted.user_id)
    for word in wanted.text.split():
        rows = rows.filter(
            Q(post__user__name__icontains=word) | Q(post__user__username__icontains=word)
        )
    return _narrowed(rows.annotate(**_flags(now)), wanted.flag)


def counts(within: frozenset[int] | None, *, now: datetime) -> dict[str, int]:
    """How many grants there are (`all`), carry any flag (`any`), and each flag."""
    rows = list(reviewed(ReviewFilter(), within, now=now).values_list(*FLAGS))
    found = {name: sum(row[i] for row in rows) for i, name in enumerate(FLAGS)}
    return {"all": len(rows), "any": sum(any(row) for row in rows), **found}


def to_rows(rows: QuerySet[Grant]) -> Iterator[ReviewRow]:
    """Lines of the table, in one query."""
    for row in rows.select_related("role", "post__user", "post__organization"):
        yield ReviewRow(
            grant=to_grant(row),
            username=row.post.user.username,
            post_title=row.post.title,
            granted_by=row.granted_by_label,
            reason=row.reason,
            last_login=row.post.user.last_login,
            reviewed_at=row.reviewed_at,
            reviewed_by=row.reviewed_by_label,
            flags=tuple(words for name, words in FLAGS.items() if getattr(row, name)),
        )


def _narrowed(rows: QuerySet[Grant], flag: str) -> QuerySet[Grant]:
    if flag == "any":
        some = Q()
        for name in FLAGS:
            some |= Q(**{name: True})
        return rows.filter(some)
    return rows.filter(**{flag: True}) if flag in FLAGS else rows


def _flags(now: datetime) -> dict[str, "ExpressionWrapper[Q]"]:
    business = Grant.objects.filter(
        post__user_id=OuterRef("post__user_id"),
        revoked_at__isnull=True,
        role__duty=DutyChoice.NONE,
    )
    conditions: dict[str, Any] = {
        "disabled": Q(post__user__is_active=False),
        "ended": Q(post__valid_until__isnull=False, post__valid_until__lte=local_date(now)),
        "expired": Q(expires_at__isnull=False, expires_at__lte=now),
        "dormant": Q(post__user__last_login__isnull=False,
                     post__user__last_login__lt=now - DORMANT)
        | Q(post__user__last_login__isnull=True, granted_at__lt=now - DORMANT),
        "wide": Q(reach=Reach.EVERYTHING, post__organization__parent__isnull=False,
                  role__duty=DutyChoice.NONE),
        "mixed": ~Q(role__duty=DutyChoice.NONE) & Exists(business),
        "stale": Q(reviewed_at__isnull=False, reviewed_at__lt=now - REVIEW_EVERY)
        | Q(reviewed_at__isnull=True, granted_at__lt=now - REVIEW_EVERY),
    }  # fmt: skip
    return {
        name: ExpressionWrapper(condition, output_field=BooleanField())
        for name, condition in conditions.items()
    }
