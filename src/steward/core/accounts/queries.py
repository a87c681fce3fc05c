from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from steward.core.access import api as access
from steward.core.accounts.models import Post, User
from steward.core.organizations import api as organizations
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

KIND = "accounts.user"
VIEW_PRIVATE = "accounts.user.view_private"


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person as other apps see one; addresses are not part of it (see `contacts_of`)."""

    id: int
    username: str
    name: str
    title: str = ""
    is_active: bool = True

    @property
    def subject(self) -> Subject:
        return Subject(KIND, str(self.id), self.name)


@dataclass(frozen=True, slots=True)
class PostInfo:
    """One post of a person; half-open in days."""

    id: int
    user_id: int
    organization_id: int
    organization_name: str
    title: str
    is_main: bool
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the platform itself reaches a person. Never shown: pages use the masked forms."""

    user_id: int
    name: str
    email: str
    mobile: str
    external_id: str


def to_info(row: User) -> UserInfo:
    return UserInfo(row.pk, row.username, row.name, row.title, row.is_active)


def actor_of(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """The actor of a request's user."""
    if not isinstance(user, User):
        raise TypeError("the anonymous cannot act")
    return Actor(user.pk, user.name or user.username)


def get_user(user_id: int) -> UserInfo | None:
    """One person, or None."""
    return get_users([user_id]).get(user_id)


def get_users(user_ids: Iterable[int]) -> dict[int, UserInfo]:
    """People by id, in one query."""
    return {row.pk: to_info(row) for row in User.objects.filter(pk__in=set(user_ids))}


def find_user(username: str) -> UserInfo | None:
    """The person with that sign-in name, or None."""
    row = User.objects.filter(username=username).first()
    return None if row is None else to_info(row)


def search(text: str, *, organization_id: int | None = None, limit: int = 20) -> list[UserInfo]:
    """Active people whose name or sign-in name contains the text, perhaps of one subtree."""
    rows = matching(User.objects.filter(is_active=True), text)
    if organization_id is not None:
        rows = rows.filter(posts__organization__in=organizations.subtree_ids(organization_id))
    return [to_info(row) for row in rows.distinct()[:limit]]


def matching(rows: QuerySet[User], text: str) -> QuerySet[User]:
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(username__icontains=word))
    return rows


def users_with(permission: str, organization_id: int | None = None) -> list[UserInfo]:
    """Active people who hold the permission, for that body when one is given; by name."""
    ids = access.holders(permission, organization_id=organization_id)
    return [to_info(row) for row in User.objects.filter(pk__in=ids).order_by("name", "id")]


def valid_on(day: date, prefix: str = "") -> Q:
    """The condition that a post (reached by `prefix`) is valid on a day."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": day})
    )


def posts_of(user_id: int, *, now: datetime) -> list[PostInfo]:
    """The posts that a person holds at that instant, the main one first."""
    rows = Post.objects.filter(valid_on(local_date(now)), user_id=user_id)
    return [to_post(row) for row in rows.select_related("organization")]


def get_post(post_id: int) -> PostInfo:
    """One post by id; NotFoundError when there is none."""
    row = Post.objects.filter(pk=post_id).select_related("organization").first()
    if row is None:
        raise NotFoundError("没有这个岗位")
    return to_post(row)


def to_post(row: Post) -> PostInfo:
    return PostInfo(
        id=row.pk,
        user_id=row.user_id,
        organization_id=row.organization_id,
        organization_name=row.organization.name,
        title=row.title,
        is_main=row.is_main,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def member_count(organization_ids: Iterable[int], *, now: datetime) -> int:
    """How many active people hold a valid post in these bodies."""
    posts = Post.objects.filter(
        valid_on(local_date(now)), organization__in=set(organization_ids), user__is_active=True
    )
    return posts.values("user_id").distinct().count()


def contacts_of(user_ids: Iterable[int]) -> dict[int, Contact]:
    """Addresses of active people for sending notices; the only way to them besides `reveal`."""
    rows = User.objects.filter(pk__in=set(user_ids), is_active=True)
    return {r.pk: Contact(r.pk, r.name, r.email, r.mobile, r.external_id) for r in rows}


def masked_mobile(mobile: str) -> str:
    """`138****5678`; shorter numbers keep their last two digits."""
    if len(mobile) < 8:
        return "*" * max(len(mobile) - 2, 0) + mobile[-2:]
    return f"{mobile[:3]}{'*' * (len(mobile) - 7)}{mobile[-4:]}"


def masked_email(email: str) -> str:
    """`w***@example.cn`."""
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if at else ""


@dataclass(frozen=True, slots=True)
class UserRow:
    """One line of the list of people, personal data masked."""

    info: UserInfo
    mobile: str
    places: tuple[str, ...]
    last_login: datetime | None
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class UserDetail:
    """One person's account as its page shows it, personal data masked."""

    info: UserInfo
    mobile: str
    email: str
    external_id: str
    joined_at: datetime
    last_login: datetime | None
    locked_until: datetime | None
    must_change_password: bool
    password_changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list of people is narrowed to; `state` is active, disabled, locked or empty."""

    text: str = ""
    organization_id: int | None = None
    state: str = ""


def visible(within: frozenset[int] | None) -> QuerySet[User]:
    """The people that somebody with this scope may see: those with a post in its bodies."""
    rows = User.objects.all()
    if within is None:
        return rows
    return rows.filter(pk__in=Post.objects.filter(organization__in=within).values("user_id"))


def manageable(within: frozenset[int] | None) -> QuerySet[User]:
    """The people whose account somebody with this scope may change: all their posts lie in it.

    Whoever also belongs elsewhere is changed by somebody wider, so that a narrow administrator
    cannot take over a wide account by resetting its password.
    """
    rows = User.objects.all()
    if within is None:
        return rows
    return rows.exclude(pk__in=Post.objects.exclude(organization__in=within).values("user_id"))


def listed(wanted: PeopleFilter, within: frozenset[int] | None, *, now: datetime) -> QuerySet[User]:
    """The rows of the list of people."""
    rows = matching(visible(within), wanted.text)
    if wanted.organization_id is not None:
        ids = organizations.subtree_ids(wanted.organization_id)
        posts = Post.objects.filter(valid_on(local_date(now)), organization__in=ids)
        rows = rows.filter(pk__in=posts.values("user_id"), is_active=True)
    if wanted.state in ("active", "disabled"):
        rows = rows.filter(is_active=wanted.state == "active")
    if wanted.state == "locked":
        rows = rows.filter(locked_until__gt=now)
    return rows


def to_rows(people: Iterable[User], *, now: datetime) -> list[UserRow]:
    """Lines with the places of each person's valid posts, in one further query."""
    rows = list(people)
    posts = Post.objects.filter(valid_on(local_date(now)), user__in=[r.pk for r in rows])
    places: dict[int, list[str]] = {}
    for post in posts.select_related("organization"):
        words = f"{post.organization.name} {post.title}".strip()
        places.setdefault(post.user_id, []).append(words)
    return [
        UserRow(
            info=to_info(row),
            mobile=masked_mobile(row.mobile),
            places=tuple(places.get(row.pk, ())),
            last_login=row.last_login,
            locked_until=row.locked_until if row.locked_until and row.locked_until > now else None,
        )
        for row in rows
    ]


def detail(user_id: int, among: QuerySet[User], *, now: datetime) -> UserDetail:
    """One person for their page; NotFoundError when they are not among those rows."""
    row = among.filter(pk=user_id).first()
    if row is None:
        raise NotFoundError("没有这个用户")
    return UserDetail(
        info=to_info(row),
        mobile=masked_mobile(row.mobile),
        email=masked_email(row.email),
        external_id=row.external_id,
        joined_at=row.joined_at,
        last_login=row.last_login,
        locked_until=row.locked_until if row.locked_until and row.locked_until > now else None,
        must_change_password=row.must_change_password,
        password_changed_at=row.password_changed_at,
    )


def all_posts_of(user_id: int) -> list[PostInfo]:
    """Every post of a person, ended ones too, the newest first."""
    rows = Post.objects.filter(user_id=user_id).order_by("-is_main", "-valid_from", "-id")
    return [to_post(row) for row in rows.select_related("organization")]
