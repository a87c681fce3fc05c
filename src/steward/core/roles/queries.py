from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from steward.core.access import api as access
from steward.core.organizations import api as organizations
from steward.core.roles.choices import Reach
from steward.core.roles.models import Grant, Role
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

ROLE_KIND = "roles.role"
GRANT_KIND = "roles.grant"


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role as other apps see it; `permissions` are codes."""

    id: int
    code: str
    name: str
    description: str
    duty: str
    duty_label: str
    permissions: tuple[str, ...]
    is_active: bool

    @property
    def subject(self) -> Subject:
        return Subject(ROLE_KIND, str(self.id), self.name)


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """A role on a post, as other apps see it."""

    id: int
    post_id: int
    user_id: int
    user_name: str
    organization_id: int
    organization_name: str
    role_id: int
    role_name: str
    reach: str
    reach_label: str
    granted_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    request_kind: str
    request_key: str

    @property
    def subject(self) -> Subject:
        return Subject(GRANT_KIND, str(self.id), f"{self.user_name}：{self.role_name}")


@dataclass(frozen=True, slots=True)
class Held:
    """One valid grant, as much as decisions need."""

    permissions: frozenset[str]
    reach: str
    organization_id: int


def to_role(row: Role) -> RoleInfo:
    return RoleInfo(
        id=row.pk,
        code=row.code,
        name=row.name,
        description=row.description,
        duty=row.duty,
        duty_label=row.get_duty_display(),
        permissions=tuple(row.permissions),
        is_active=row.is_active,
    )


def to_grant(row: Grant) -> GrantInfo:
    return GrantInfo(
        id=row.pk,
        post_id=row.post_id,
        user_id=row.post.user_id,
        user_name=row.post.user.name,
        organization_id=row.post.organization_id,
        organization_name=row.post.organization.name,
        role_id=row.role_id,
        role_name=row.role.name,
        reach=row.reach,
        reach_label=row.get_reach_display(),
        granted_at=row.granted_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        request_kind=row.request_kind,
        request_key=row.request_key,
    )


def with_names() -> QuerySet[Grant]:
    return Grant.objects.select_related("role", "post__user", "post__organization")


def in_force(now: datetime) -> QuerySet[Grant]:
    """Grants that count at that instant: not revoked, not expired, role and post valid."""
    day = local_date(now)
    return Grant.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        Q(post__valid_until__isnull=True) | Q(post__valid_until__gt=day),
        revoked_at__isnull=True,
        role__is_active=True,
        post__valid_from__lte=day,
        post__user__is_active=True,
    )


def held_by(user_id: int, *, now: datetime) -> list[Held]:
    """What a person holds at that instant, in one query."""
    rows = in_force(now).filter(post__user_id=user_id)
    values = rows.values_list("role__permissions", "reach", "post__organization_id")
    return [Held(frozenset(codes), reach, body) for codes, reach, body in values]


def scope_from(held: Iterable[Held], code: str) -> access.Scope:
    """The union of what the grants with this permission open."""
    found = access.NOTHING
    below: set[int] = set()
    for grant in held:
        if code not in grant.permissions:
            continue
        found = found.union(access.Scope(frozenset(), own=True))
        if grant.reach == Reach.EVERYTHING:
            return access.EVERYTHING
        if grant.reach == Reach.ORGANIZATION:
            found = found.union(access.Scope(frozenset({grant.organization_id}), own=True))
        if grant.reach == Reach.SUBTREE:
            below.add(grant.organization_id)
    if below:
        found = found.union(access.Scope(organizations.subtree_ids_of(below), own=True))
    return found


def holders(code: str, organization_id: int | None, *, now: datetime) -> frozenset[int]:
    """Ids of the people whose grants open this permission, for that body when one is given."""
    rows = in_force(now).filter(role__permissions__contains=[code])
    if organization_id is not None:
        above = [info.id for info in organizations.ancestors(organization_id)]
        rows = rows.filter(
            Q(reach=Reach.EVERYTHING)
            | Q(reach__in=(Reach.SUBTREE, Reach.ORGANIZATION),
                post__organization_id=organization_id)
            | Q(reach=Reach.SUBTREE, post__organization_id__in=above)
        )  # fmt: skip
    return frozenset(rows.values_list("post__user_id", flat=True))


def get_role(role_id: int) -> RoleInfo:
    """One role by id; NotFoundError when there is none."""
    row = Role.objects.filter(pk=role_id).first()
    if row is None:
        raise NotFoundError("没有这个角色")
    return to_role(row)


def builtin_role(code: str) -> RoleInfo:
    """A built-in role by its code (`desk_lead`); NotFoundError when there is none."""
    row = Role.objects.filter(code=code).first()
    if row is None:
        raise NotFoundError(f"没有内置角色“{code}”")
    return to_role(row)


def roles(*, only_active: bool = True) -> list[RoleInfo]:
    """All roles, the built-in ones first."""
    rows = Role.objects.all()
    return [to_role(row) for row in (rows.filter(is_active=True) if only_active else rows)]


def get_grant(grant_id: int) -> GrantInfo:
    """One grant by id; NotFoundError when there is none."""
    row = with_names().filter(pk=grant_id).first()
    if row is None:
        raise NotFoundError("没有这条授权")
    return to_grant(row)


def grants_of(user_id: int, *, now: datetime) -> list[GrantInfo]:
    """The grants that count for a person at that instant."""
    rows: Any = in_force(now).filter(post__user_id=user_id)
    return [
        to_grant(row) for row in rows.select_related("role", "post__user", "post__organization")
    ]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role and how many grants of it are not revoked."""

    info: RoleInfo
    grant_count: int


def roles_with_counts() -> list[RoleRow]:
    """All roles, the built-in ones first, counted in the same query."""
    counted = Role.objects.annotate(
        open_grants=Count("grants", filter=Q(grants__revoked_at__isnull=True))
    )
    return [RoleRow(to_role(row), row.open_grants) for row in counted]


def open_grants_of(user_id: int) -> list[GrantInfo]:
    """Every grant of a person that is not revoked, even where the post has ended."""
    rows = with_names().filter(post__user_id=user_id, revoked_at__isnull=True)
    return [to_grant(row) for row in rows]
