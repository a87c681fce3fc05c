from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from steward.core.accounts.errors import OwnAccountError, PostError, UserInvalidError
from steward.core.accounts.events import PostEnded, UserDisabled
from steward.core.accounts.models import Post, User
from steward.core.accounts.passwords import check_password_rules, generate, remember
from steward.core.accounts.queries import (
    KIND,
    PostInfo,
    UserInfo,
    masked_email,
    masked_mobile,
    to_info,
    to_post,
)
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.organizations import api as organizations
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

LABELS = {
    "username": "登录名",
    "name": "姓名",
    "title": "职务",
    "email": "电子邮箱",
    "mobile": "手机号",
    "external_id": "统一身份标识",
}
CHANGEABLE = tuple(name for name in LABELS if name != "username")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to be given an account; mobile and e-mail also link outside identities."""

    username: str
    name: str
    title: str = ""
    email: str = ""
    mobile: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class FreshPassword:
    """A password that is shown once to whoever set it, and changed at the next sign-in."""

    user: UserInfo
    password: str


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be given: days are half-open, `valid_until` None is open-ended."""

    organization_id: int
    valid_from: date
    title: str = ""
    is_main: bool = False
    valid_until: date | None = None


@transaction.atomic
def create_user(
    new: NewUser, *, by: Actor, now: datetime, password: str | None = None
) -> FreshPassword:
    """Open an account; without a password a random one is made, which must be changed at once.

    Raises UserInvalidError (a name, mobile or identity in use), WeakPasswordError.
    """
    values = {name: getattr(new, name) for name in ("username", *CHANGEABLE)}
    _check_values(values, but=None)
    given = generate() if password is None else password
    row = User(**values, must_change_password=password is None, password_changed_at=now)
    row.set_password(given)
    row.save()
    check_password_rules(row, given)
    remember(row, now=now)
    audit.record("accounts.created", subject_of(row), by=by, now=now, after=_masked(values))
    return FreshPassword(to_info(row), given)


@transaction.atomic
def change_user(user_id: int, changes: Mapping[str, str], *, by: Actor, now: datetime) -> UserInfo:
    """Change the fields of CHANGEABLE; audited with masked values."""
    row = locked(user_id)
    changed = {n: v for n, v in changes.items() if n in CHANGEABLE and getattr(row, n) != v}
    if not changed:
        return to_info(row)
    _check_values(changed, but=row.pk)
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    words = "、".join(LABELS[name] for name in changed)
    audit.record("accounts.changed", subject_of(row), by=by, now=now, before=_masked(before),
                 after=_masked(changed) | {"labels": words})  # fmt: skip
    return to_info(row)


@transaction.atomic
def disable_user(user_id: int, *, by: Actor, now: datetime, reason: str) -> UserInfo:
    """Nobody signs in with this account any more, at once and in every open session."""
    row = _of_another(user_id, by=by, verb="停用")
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
        audit.record("accounts.disabled", subject_of(row), by=by, now=now, reason=reason)
        jobs.publish(UserDisabled(user_id=row.pk, occurred_at=now), now=now)
    return to_info(row)


@transaction.atomic
def enable_user(user_id: int, *, by: Actor, now: datetime, reason: str = "") -> UserInfo:
    """The account may sign in again."""
    row = _of_another(user_id, by=by, verb="启用")
    if not row.is_active:
        row.is_active = True
        row.save(update_fields=["is_active"])
        audit.record("accounts.enabled", subject_of(row), by=by, now=now, reason=reason)
    return to_info(row)


@transaction.atomic
def reset_password(user_id: int, *, by: Actor, now: datetime) -> FreshPassword:
    """Give a random password that must be changed at the next sign-in."""
    row = _of_another(user_id, by=by, verb="重置密码")
    given = generate()
    row.set_password(given)
    row.must_change_password, row.password_changed_at = True, now
    row.save(update_fields=["password", "must_change_password", "password_changed_at"])
    remember(row, now=now)
    audit.record("accounts.password_reset", subject_of(row), by=by, now=now)
    return FreshPassword(to_info(row), given)


@transaction.atomic
def change_password(user_id: int, *, to: str, by: Actor, now: datetime) -> None:
    """Somebody sets their own new password. Raises WeakPasswordError with every broken rule."""
    row = locked(user_id)
    check_password_rules(row, to)
    row.set_password(to)
    row.must_change_password, row.password_changed_at = False, now
    row.save(update_fields=["password", "must_change_password", "password_changed_at"])
    remember(row, now=now)
    audit.record("accounts.password_changed", subject_of(row), by=by, now=now)


@transaction.atomic
def unlock_user(user_id: int, *, by: Actor, now: datetime) -> UserInfo:
    """Lift a lock after failed sign-ins before its time."""
    row = _of_another(user_id, by=by, verb="解锁")
    row.locked_until, row.failed_count, row.failed_since = None, 0, None
    row.save(update_fields=["locked_until", "failed_count", "failed_since"])
    audit.record("accounts.unlocked", subject_of(row), by=by, now=now)
    return to_info(row)


@transaction.atomic
def add_post(user_id: int, new: NewPost, *, by: Actor, now: datetime) -> PostInfo:
    """Give a person a post in a body; the first one is the main one.

    Raises PostError: the body has ceased, or the person holds the same post already.
    """
    row = locked(user_id)
    body = organizations.get(new.organization_id)
    if not body.is_normal:
        raise PostError(f"“{body.name}”{body.status_label}，不能再设岗位")
    _refuse_double(row, new, body.name)
    main = new.is_main or not Post.objects.filter(user=row, is_main=True).exists()
    if main:
        Post.objects.filter(user=row, is_main=True).update(is_main=False)
    post = Post.objects.create(
        user=row,
        organization_id=body.id,
        title=new.title,
        is_main=main,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
    )
    audit.record("accounts.post_added", subject_of(row), by=by, now=now,
                 after={"organization": body.name, "title": new.title, "post_id": post.pk,
                        "valid_until": new.valid_until})  # fmt: skip
    return to_post(post)


@transaction.atomic
def end_post(post_id: int, *, by: Actor, now: datetime, reason: str) -> PostInfo:
    """End a post today; its roles lapse with it."""
    post = _post(post_id)
    today = local_date(now)
    if post.valid_until is not None and post.valid_until <= today:
        raise PostError("这个岗位已经失效")
    post.valid_until = max(today, post.valid_from)
    post.is_main = False
    post.save(update_fields=["valid_until", "is_main"])
    audit.record("accounts.post_ended", subject_of(post.user), by=by, now=now, reason=reason,
                 before={"organization": post.organization.name, "title": post.title,
                         "post_id": post.pk})  # fmt: skip
    jobs.publish(
        PostEnded(post_id=post.pk, user_id=post.user_id, occurred_at=now,
                  organization_id=post.organization_id),
        now=now,
    )  # fmt: skip
    return to_post(post)


@transaction.atomic
def make_main_post(post_id: int, *, by: Actor, now: datetime) -> PostInfo:
    """Make a post the person's main one."""
    post = _post(post_id)
    locked(post.user_id)
    if not post.is_valid_on(local_date(now)):
        raise PostError("失效的岗位不能作主岗")
    Post.objects.filter(user_id=post.user_id, is_main=True).update(is_main=False)
    post.is_main = True
    post.save(update_fields=["is_main"])
    audit.record("accounts.main_post", subject_of(post.user), by=by, now=now,
                 after={"organization": post.organization.name, "title": post.title})  # fmt: skip
    return to_post(post)


@transaction.atomic
def reveal(user_id: int, *, by: Actor, now: datetime) -> dict[str, str]:
    """Mobile and e-mail in clear, for somebody who may see them; that they looked is audited."""
    row = locked(user_id)
    audit.record("accounts.revealed", subject_of(row), by=by, now=now)
    return {"mobile": row.mobile, "email": row.email}


def locked(user_id: int) -> User:
    """The row, locked; NotFoundError when there is none."""
    row = User.objects.select_for_update().filter(pk=user_id).first()
    if row is None:
        raise NotFoundError("没有这个用户")
    return row


def subject_of(row: User) -> Subject:
    return Subject(KIND, str(row.pk), row.name)


def _of_another(user_id: int, *, by: Actor, verb: str) -> User:
    if by.user_id == user_id:
        raise OwnAccountError(f"不能{verb}自己的账号，请另一位管理员操作")
    return locked(user_id)


def _post(post_id: int) -> Post:
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("user", "organization")
        .filter(pk=post_id)
        .first()
    )
    if post is None:
        raise NotFoundError("没有这个岗位")
    return post


def _refuse_double(row: User, new: NewPost, body: str) -> None:
    if new.valid_until is not None and new.valid_until <= new.valid_from:
        raise PostError("失效日期必须晚于生效日期")
    same = Post.objects.filter(user=row, organization_id=new.organization_id, title=new.title)
    if any(p.valid_until is None or p.valid_until > new.valid_from for p in same):
        raise PostError(f"{row.name}在“{body}”已有岗位“{new.title or '岗位'}”，不必重复设置")


def _check_values(values: Mapping[str, str], *, but: int | None) -> None:
    others = User.objects.all() if but is None else User.objects.exclude(pk=but)
    for field in ("username", "name"):
        if field in values and not values[field].strip():
            raise UserInvalidError("登录名和姓名都不能为空", field=field)
    for field, lookup in (("username", "iexact"), ("mobile", "exact"), ("external_id", "exact")):
        value = values.get(field, "")
        if value and others.filter(**{f"{field}__{lookup}": value}).exists():
            raise UserInvalidError(f"{LABELS[field]}“{value}”已被另一个用户使用", field=field)


def _masked(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in values.items() if value}
    if "mobile" in plain:
        plain["mobile"] = masked_mobile(plain["mobile"])
    if "email" in plain:
        plain["email"] = masked_email(plain["email"])
    return plain
