from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.roles.builtin import BUILTIN
from steward.core.roles.choices import DutyChoice, Reach
from steward.core.roles.errors import (
    GrantError,
    OwnGrantError,
    RoleInvalidError,
    SeparatedDutiesError,
)
from steward.core.roles.events import GrantChanged, RoleChanged
from steward.core.roles.models import Grant, Role
from steward.core.roles.queries import (
    GRANT_KIND,
    ROLE_KIND,
    GrantInfo,
    RoleInfo,
    get_grant,
    to_role,
    with_names,
)
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

GRANT_LOCK = 7_120_002


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to be given on a post; `request` is the approval that asks for it, if one does."""

    post_id: int
    role_id: int
    reach: str = Reach.SUBTREE
    reason: str = ""
    request: Subject | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """What people fill in about a role; `permissions` are codes."""

    name: str
    permissions: tuple[str, ...]
    description: str = ""
    duty: str = DutyChoice.NONE


@transaction.atomic
def grant_role(new: NewGrant, *, by: Actor, now: datetime) -> GrantInfo:
    """Give a role on a post, audited and published as GrantChanged.

    Raises OwnGrantError, SeparatedDutiesError (the person holds another administrator's duty),
    GrantError (given already, the role is off, the post has ended).
    """
    post = accounts.get_post(new.post_id)
    role = _locked_role(new.role_id)
    if new.reach not in Reach.values:
        raise GrantError(f"没有名为“{new.reach}”的数据范围")
    if by.user_id == post.user_id:
        raise OwnGrantError("不能给自己授权，请另一位安全管理员操作")
    if not role.is_active:
        raise GrantError(f"角色“{role.name}”已停用，不能授予")
    if post.valid_until is not None and post.valid_until <= local_date(now):
        raise GrantError("这个岗位已经失效，不能再授予角色")
    _one_at_a_time(post.user_id)
    _refuse_second_duty(post.user_id, role.duty, now=now)
    if Grant.objects.filter(post_id=post.id, role=role, revoked_at__isnull=True).exists():
        raise GrantError(f"这个岗位已有角色“{role.name}”，要改数据范围请先收回")
    row = Grant.objects.create(
        post_id=post.id,
        role=role,
        reach=new.reach,
        granted_at=now,
        granted_by_id=by.user_id,
        granted_by_label=by.label[:100],
        reason=new.reason,
        request_kind=new.request.kind if new.request else "",
        request_key=new.request.key if new.request else "",
        expires_at=new.expires_at,
    )
    info = get_grant(row.pk)
    audit.record("roles.granted", info.subject, by=by, now=now, reason=new.reason,
                 after=_told(info))  # fmt: skip
    _publish(info, "granted", now=now)
    return info


@transaction.atomic
def revoke_role(
    grant_id: int, *, by: Actor, now: datetime, reason: str, request: Subject | None = None
) -> GrantInfo:
    """Take a role away, at once and in every open session. Raises GrantError when it has ended."""
    row = with_names().select_for_update(of=("self",)).filter(pk=grant_id).first()
    if row is None:
        raise NotFoundError("没有这条授权")
    if by.user_id == row.post.user_id:
        raise OwnGrantError("不能收回自己的角色，请另一位安全管理员操作")
    if row.revoked_at is not None:
        raise GrantError(f"角色“{row.role.name}”已经收回")
    row.revoked_at, row.revoked_by_label, row.revoke_reason = now, by.label[:100], reason
    if request is not None:
        row.request_kind, row.request_key = request.kind, request.key
    row.save(update_fields=["revoked_at", "revoked_by_label", "revoke_reason", "request_kind",
                            "request_key"])  # fmt: skip
    info = get_grant(row.pk)
    audit.record("roles.revoked", info.subject, by=by, now=now, reason=reason, before=_told(info))
    _publish(info, "revoked", now=now)
    return info


@transaction.atomic
def confirm_grants(grant_ids: Iterable[int], *, by: Actor, now: datetime) -> int:
    """State that these grants were reviewed and are still needed; how many there were (K5)."""
    rows = list(with_names().filter(pk__in=set(grant_ids), revoked_at__isnull=True))
    Grant.objects.filter(pk__in=[row.pk for row in rows]).update(
        reviewed_at=now, reviewed_by_label=by.label[:100]
    )
    for row in rows:
        audit.record("roles.reviewed", Subject(GRANT_KIND, str(row.pk), f"{row.post.user.name}：{row.role.name}"),
                     by=by, now=now)  # fmt: skip
    return len(rows)


@transaction.atomic
def create_role(draft: RoleDraft, *, by: Actor, now: datetime) -> RoleInfo:
    """Add a role. Raises RoleInvalidError (name taken, unknown or reserved permissions)."""
    _check_draft(draft, but=None)
    row = Role.objects.create(
        name=draft.name,
        description=draft.description,
        duty=draft.duty,
        permissions=sorted(set(draft.permissions)),
    )
    audit.record("roles.created", Subject(ROLE_KIND, str(row.pk), row.name), by=by, now=now,
                 after={"permissions": row.permissions, "duty": row.duty})  # fmt: skip
    return to_role(row)


@transaction.atomic
def change_role(role_id: int, draft: RoleDraft, *, by: Actor, now: datetime) -> RoleInfo:
    """Change a role of one's own making; its holders follow at once."""
    row = _own_role(role_id, verb="修改")
    _check_draft(draft, but=row.pk)
    if draft.duty != row.duty and row.grants.filter(revoked_at__isnull=True).exists():
        raise RoleInvalidError("角色授予后不能改职责，请先收回授权", field="duty")
    before = {"name": row.name, "permissions": row.permissions}
    row.name, row.description, row.duty = draft.name, draft.description, draft.duty
    row.permissions = sorted(set(draft.permissions))
    row.save()
    audit.record("roles.changed", Subject(ROLE_KIND, str(row.pk), row.name), by=by, now=now,
                 before=before, after={"name": row.name, "permissions": row.permissions})  # fmt: skip
    jobs.publish(RoleChanged(role_id=row.pk, occurred_at=now), now=now)
    return to_role(row)


@transaction.atomic
def switch_role(role_id: int, *, on: bool, by: Actor, now: datetime) -> RoleInfo:
    """Turn a role of one's own making off or on; off, it opens nothing to anybody."""
    row = _own_role(role_id, verb="停用")
    if row.is_active != on:
        row.is_active = on
        row.save(update_fields=["is_active"])
        code = "roles.enabled" if on else "roles.disabled"
        audit.record(code, Subject(ROLE_KIND, str(row.pk), row.name), by=by, now=now)
        jobs.publish(RoleChanged(role_id=row.pk, occurred_at=now), now=now)
    return to_role(row)


@transaction.atomic
def install_builtin_roles() -> None:
    """Bring the built-in roles in line with what the apps declare; called after migrating."""
    for spec in BUILTIN:
        wanted = {
            "name": spec.name,
            "description": spec.description,
            "duty": spec.duty,
            "permissions": spec.permissions(),
        }
        row = Role.objects.filter(code=spec.code).first()
        if row is None:
            Role.objects.create(code=spec.code, **wanted)
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            Role.objects.filter(pk=row.pk).update(**wanted)


def _one_at_a_time(user_id: int) -> None:
    """Grants to one person wait for each other, so that two duties cannot slip in at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GRANT_LOCK, user_id % 2**31])


def _refuse_second_duty(user_id: int, duty: str, *, now: datetime) -> None:
    if duty == DutyChoice.NONE:
        return
    not_ended = Q(post__valid_until__isnull=True) | Q(post__valid_until__gt=local_date(now))
    other = (
        Grant.objects.filter(not_ended, post__user_id=user_id, revoked_at__isnull=True)
        .exclude(role__duty__in=(DutyChoice.NONE, duty))
        .select_related("role")
        .first()
    )
    if other is not None:
        raise SeparatedDutiesError(
            f"三员分立：此人已是“{other.role.name}”，系统、安全、审计管理员不能由同一人担任"
        )


def _locked_role(role_id: int) -> Role:
    row = Role.objects.select_for_update().filter(pk=role_id).first()
    if row is None:
        raise NotFoundError("没有这个角色")
    return row


def _own_role(role_id: int, *, verb: str) -> Role:
    row = _locked_role(role_id)
    if row.is_builtin:
        raise RoleInvalidError(f"内置角色“{row.name}”不能{verb}，可以复制后另建一个")
    return row


def _check_draft(draft: RoleDraft, *, but: int | None) -> None:
    if not draft.name.strip():
        raise RoleInvalidError("请填写角色名称", field="name")
    others = Role.objects.all() if but is None else Role.objects.exclude(pk=but)
    if others.filter(name=draft.name).exists():
        raise RoleInvalidError(f"已有名为“{draft.name}”的角色，请换一个名称", field="name")
    if draft.duty not in DutyChoice.values:
        raise RoleInvalidError(f"没有名为“{draft.duty}”的职责", field="duty")
    unknown = [code for code in draft.permissions if not access.is_declared(code)]
    if unknown:
        raise RoleInvalidError(f"没有这些权限：{'、'.join(unknown)}", field="permissions")
    words = {p.code: p.label for p in access.permissions()}
    foreign = [
        words[code]
        for code in draft.permissions
        if access.duty_of(code) not in (access.Duty.NONE, draft.duty)
    ]
    if foreign:
        raise RoleInvalidError(
            f"三员分立：{DutyChoice(draft.duty).label}类角色不能包含“{'”“'.join(foreign)}”",
            field="permissions",
        )


def _told(info: GrantInfo) -> dict[str, object]:
    return {
        "user": info.user_name,
        "organization": info.organization_name,
        "role": info.role_name,
        "reach": info.reach_label,
        "request": f"{info.request_kind}:{info.request_key}" if info.request_key else "",
        "expires_at": info.expires_at,
    }


def _publish(info: GrantInfo, change: str, *, now: datetime) -> None:
    jobs.publish(
        GrantChanged(
            grant_id=info.id,
            user_id=info.user_id,
            organization_id=info.organization_id,
            role_id=info.role_id,
            change=change,
            request_kind=info.request_kind,
            request_key=info.request_key,
            occurred_at=now,
        ),
        now=now,
    )
