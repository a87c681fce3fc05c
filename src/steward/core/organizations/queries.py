from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from steward.core.organizations.choices import Kind, Status
from steward.core.organizations.models import Organization
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

KIND = "organizations.organization"
FORMER = (Status.MERGED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class OrganizationInfo:
    """A body as other apps see it."""

    id: int
    code: str
    name: str
    short_name: str
    parent_id: int | None
    path: str
    kind: str
    kind_label: str
    level: str
    level_label: str
    credit_code: str
    region_code: str
    address: str
    phone: str
    contact: str
    supervisor_id: int | None
    valid_from: date | None
    valid_until: date | None
    status: str
    status_label: str
    merged_into_id: int | None
    version: int

    @property
    def subject(self) -> Subject:
        return Subject(KIND, str(self.id), self.name)

    @property
    def is_normal(self) -> bool:
        return self.status == Status.NORMAL

    @property
    def is_supplier(self) -> bool:
        """Whether it is the party that provides the service, rather than the client's side."""
        return self.kind == Kind.SUPPLIER


def to_info(row: Organization) -> OrganizationInfo:
    return OrganizationInfo(
        id=row.pk,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        parent_id=row.parent_id,
        path=row.path,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        level=row.level,
        level_label=row.get_level_display(),
        credit_code=row.credit_code,
        region_code=row.region_code,
        address=row.address,
        phone=row.phone,
        contact=row.contact,
        supervisor_id=row.supervisor_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        status=row.status,
        status_label=row.get_status_display(),
        merged_into_id=row.merged_into_id,
        version=row.version,
    )


def get(organization_id: int) -> OrganizationInfo:
    """One body by id; NotFoundError when there is none."""
    row = Organization.objects.filter(pk=organization_id).first()
    if row is None:
        raise NotFoundError("没有这个组织机构")
    return to_info(row)


def get_many(organization_ids: Iterable[int]) -> dict[int, OrganizationInfo]:
    """Bodies by id, in one query."""
    rows = Organization.objects.filter(pk__in=set(organization_ids))
    return {row.pk: to_info(row) for row in rows}


def find(code: str) -> OrganizationInfo | None:
    """One body by its code, or None."""
    row = Organization.objects.filter(code=code).first()
    return None if row is None else to_info(row)


def find_named(text: str) -> OrganizationInfo | None:
    """The body in use with this code or, when only one has it, this whole name."""
    words = text.strip()
    rows = Organization.objects.filter(status=Status.NORMAL)
    found = list(rows.filter(code=words)[:1]) or list(rows.filter(name=words)[:2])
    return to_info(found[0]) if len(found) == 1 else None


def subtree_ids(organization_id: int) -> frozenset[int]:
    """The body itself and everything below it; empty when there is no such body."""
    return subtree_ids_of([organization_id])


def subtree_ids_of(organization_ids: Collection[int]) -> frozenset[int]:
    """The union of several subtrees, in two queries whatever their number."""
    roots = Organization.objects.filter(pk__in=organization_ids).values_list("path", flat=True)
    within = Q()
    for path in roots:
        within |= Q(path__startswith=path)
    if not within:
        return frozenset()
    return frozenset(Organization.objects.filter(within).values_list("id", flat=True))


def ancestors(organization_id: int) -> list[OrganizationInfo]:
    """The bodies above, from the root to the parent; NotFoundError when there is no such body."""
    row = Organization.objects.filter(pk=organization_id).first()
    if row is None:
        raise NotFoundError("没有这个组织机构")
    known = get_many(row.ancestor_ids)
    return [known[key] for key in row.ancestor_ids]


def children(organization_id: int | None, *, former: bool = False) -> list[OrganizationInfo]:
    """The bodies directly below (None: the roots), in their order; `former` adds ceased ones."""
    rows = Organization.objects.filter(parent_id=organization_id)
    return [to_info(row) for row in (rows if former else rows.exclude(status__in=FORMER))]


def search(
    text: str, *, within: frozenset[int] | None = None, limit: int = 20
) -> list[OrganizationInfo]:
    """Bodies in use whose name, short name, code or credit code contains the text."""
    rows = matching(Organization.objects.filter(status=Status.NORMAL), text)
    rows = rows if within is None else rows.filter(pk__in=within)
    return [to_info(row) for row in rows[:limit]]


def matching(rows: QuerySet[Organization], text: str) -> QuerySet[Organization]:
    """The rows in which every word of the text is found."""
    for word in text.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(short_name__icontains=word)
            | Q(code__istartswith=word)
            | Q(credit_code__istartswith=word)
        )
    return rows


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree or of a list: the body and how many bodies hang directly below."""

    info: OrganizationInfo
    depth: int
    child_count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    parent_id: int | None = None
    within_id: int | None = None
    kind: str = ""
    status: str = ""


def visible(within: frozenset[int] | None) -> QuerySet[Organization]:
    """The bodies that somebody with this scope may see."""
    rows = Organization.objects.all()
    return rows if within is None else rows.filter(pk__in=within)


def tops(within: frozenset[int] | None) -> list[Row]:
    """Where the tree begins for somebody: its roots, or the highest bodies of their scope."""
    rows = visible(within).exclude(status__in=FORMER)
    begin = rows.filter(parent__isnull=True)
    if within is not None:
        begin = rows.exclude(parent__in=within)
    return to_rows(begin)


def branch(organization_id: int, within: frozenset[int] | None) -> list[Row]:
    """The bodies in use directly below one, as rows."""
    return to_rows(visible(within).filter(parent_id=organization_id).exclude(status__in=FORMER))


def listed(listing: Listing, within: frozenset[int] | None) -> QuerySet[Organization]:
    """The rows of a list; `within_id` takes the whole subtree without its root."""
    rows = matching(visible(within), listing.text)
    if listing.parent_id is not None:
        rows = rows.filter(parent_id=listing.parent_id)
    if listing.within_id is not None:
        below = subtree_ids(listing.within_id) - {listing.within_id}
        rows = rows.filter(pk__in=below)
    if listing.kind:
        rows = rows.filter(kind=listing.kind)
    return rows.filter(status=listing.status or Status.NORMAL)


def to_rows(rows: QuerySet[Organization]) -> list[Row]:
    below = Count("children", filter=Q(children__status=Status.NORMAL))
    counted = rows.annotate(below=below)
    return [Row(to_info(row), row.depth, row.below) for row in counted]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many bodies a subtree holds, each the number of rows of one list."""

    children: int
    below: int
    kinds: tuple[tuple[str, str, int], ...]
    merged: int
    cancelled: int


def figures(organization_id: int, within: frozenset[int] | None) -> Figures:
    """The counts of a detail page, in two queries; kinds are (code, label, number)."""
    ids = subtree_ids(organization_id) - {organization_id}
    rows = visible(within).filter(pk__in=ids).values_list("kind", "status", "parent_id")
    normal = [(kind, parent) for kind, status, parent in rows if status == Status.NORMAL]
    states = [status for _, status, _ in rows]
    kinds = Counter(kind for kind, _ in normal)
    return Figures(
        children=sum(parent == organization_id for _, parent in normal),
        below=len(normal),
        kinds=tuple((code, str(Kind(code).label), n) for code, n in sorted(kinds.items())),
        merged=states.count(Status.MERGED),
        cancelled=states.count(Status.CANCELLED),
    )


@dataclass(frozen=True, slots=True)
class Version:
    """The attributes of a body as they were from an instant on (row history)."""

    at: datetime
    name: str
    status_label: str
    version: int
    path: str


def versions(organization_id: int, *, limit: int = 50) -> list[Version]:
    """The newest versions of a body's row, newest first."""
    history = apps.get_model("organizations", "OrganizationHistory")
    rows = history.objects.filter(pgh_obj_id=organization_id).order_by("-pgh_id")
    return [
        Version(r.pgh_created_at, r.name, str(Status(r.status).label), r.version, r.path)
        for r in rows[:limit]
    ]
