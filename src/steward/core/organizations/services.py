from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat, Substr

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.organizations.choices import Kind, Level, Status
from steward.core.organizations.errors import (
    OrganizationClosedError,
    OrganizationInUseError,
    OrganizationInvalidError,
    TreeError,
)
from steward.core.organizations.events import (
    OrganizationCancelled,
    OrganizationChanged,
    OrganizationCreated,
    OrganizationMerged,
    OrganizationMoved,
    OrganizationRenamed,
)
from steward.core.organizations.models import Organization
from steward.core.organizations.queries import KIND, OrganizationInfo, to_info
from steward.core.organizations.registry import Use, uses_of
from steward.core.organizations.validation import checked
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

TREE_LOCK = 7_120_001
MAX_DEPTH = 12
ATTRIBUTES = {
    "short_name": "简称",
    "kind": "类型",
    "level": "行政层级",
    "credit_code": "统一社会信用代码",
    "region_code": "行政区划代码",
    "address": "地址",
    "phone": "办公电话",
    "contact": "联系人",
    "supervisor_id": "主管部门",
    "sort_order": "排序",
    "valid_from": "设立日期",
    "valid_until": "终止日期",
}


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """The attribute set of B2.6/B3.2; only code and name are required."""

    code: str
    name: str
    parent_id: int | None = None
    short_name: str = ""
    kind: str = Kind.DEPARTMENT
    level: str = Level.NONE
    credit_code: str = ""
    region_code: str = ""
    address: str = ""
    phone: str = ""
    contact: str = ""
    supervisor_id: int | None = None
    sort_order: int = 1000
    valid_from: date | None = None
    valid_until: date | None = None


@transaction.atomic
def create_organization(new: NewOrganization, *, by: Actor, now: datetime) -> OrganizationInfo:
    """Add a body to the tree.

    Raises OrganizationInvalidError (a value or a code in use), TreeError (no such parent, or the
    parent has ceased).
    """
    values = checked(asdict(new))
    _lock_tree()
    parent = _parent(new.parent_id)
    _refuse_taken(code=new.code, credit_code=values["credit_code"])
    key = _next_id()
    path = f"{parent.path if parent else '/'}{key}/"
    _refuse_too_deep(path)
    row = Organization.objects.create(pk=key, path=path, **values)
    audit.record("organizations.created", _subject(row), by=by, now=now, after=_plain(values))
    jobs.publish(OrganizationCreated(organization_id=row.pk, occurred_at=now), now=now)
    return to_info(row)


@transaction.atomic
def rename_organization(
    organization_id: int,
    *,
    to: str,
    short_name: str = "",
    by: Actor,
    now: datetime,
    reason: str = "",
) -> OrganizationInfo:
    """Give a body another name; what is published under it is pushed again (B2.6)."""
    row = _open(organization_id)
    checked({"name": to})
    old = row.name
    if old == to and row.short_name == short_name:
        return to_info(row)
    before = {"name": old, "short_name": row.short_name}
    row.name, row.short_name, row.version = to, short_name, row.version + 1
    row.save(update_fields=["name", "short_name", "version"])
    audit.record("organizations.renamed", Subject(KIND, str(row.pk), old), by=by, now=now,
                 before=before, after={"name": to, "short_name": short_name},
                 reason=reason)  # fmt: skip
    jobs.publish(
        OrganizationRenamed(organization_id=row.pk, old_name=old, new_name=to,
                            version=row.version, occurred_at=now),
        now=now,
    )  # fmt: skip
    return to_info(row)


@transaction.atomic
def change_organization(
    organization_id: int, changes: Mapping[str, Any], *, by: Actor, now: datetime
) -> OrganizationInfo:
    """Change attributes (names of ATTRIBUTES) of a body; the rest has services of its own."""
    unknown = set(changes) - set(ATTRIBUTES)
    if unknown:
        raise ValueError(f"not attributes of a body: {sorted(unknown)}")
    row = _open(organization_id)
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return to_info(row)
    changed = _checked_changes(row, changed)
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    audit.record("organizations.changed", _subject(row), by=by, now=now, before=before,
                 after=_plain(changed) | {"labels": _labels(changed)})  # fmt: skip
    jobs.publish(
        OrganizationChanged(organization_id=row.pk, fields=tuple(sorted(changed)),
                            version=row.version, occurred_at=now),
        now=now,
    )  # fmt: skip
    return to_info(row)


@transaction.atomic
def move_organization(
    organization_id: int, *, to: int | None, by: Actor, now: datetime, reason: str = ""
) -> OrganizationInfo:
    """Hang a body and its subtree under another parent (None: make it a root).

    Two moves at the same time wait for each other, so that no cycle can arise between them.
    Raises TreeError when the new parent lies inside the moved subtree.
    """
    _lock_tree()
    row = _open(organization_id)
    parent = _parent(to)
    if row.parent_id == to:
        return to_info(row)
    if parent is not None and parent.path.startswith(row.path):
        raise TreeError(f"不能把“{row.name}”移到它自己的下级“{parent.name}”之下，请另选上级")
    old_parent = row.parent
    _hang(row, parent)
    audit.record("organizations.moved", _subject(row), by=by, now=now, reason=reason,
                 before={"parent": old_parent.name if old_parent else "顶层"},
                 after={"parent": parent.name if parent else "顶层"})  # fmt: skip
    jobs.publish(
        OrganizationMoved(organization_id=row.pk, occurred_at=now, new_parent_id=to,
                          old_parent_id=old_parent.pk if old_parent else None),
        now=now,
    )  # fmt: skip
    return to_info(row)


@transaction.atomic
def merge_organization(
    organization_id: int, *, into: int, by: Actor, now: datetime, reason: str = ""
) -> OrganizationInfo:
    """End a body that another one continues; its children go to that one.

    Raises OrganizationInUseError while other apps still use the body (they are moved first, in
    the order of B2.6), TreeError when the two lie on one branch.
    """
    _lock_tree()
    row = _open(organization_id)
    target = _open(into)
    if target.path.startswith(row.path):
        raise TreeError(f"“{row.name}”不能并入它自己或它的下级“{target.name}”，请另选机构")
    _refuse_uses(row, uses_of(row.pk, now=now), "合并")
    for child in Organization.objects.select_for_update().filter(parent=row):
        _hang(child, target)
    _end(row, Status.MERGED, now=now, merged_into=target)
    audit.record("organizations.merged", _subject(row), by=by, now=now, reason=reason,
                 after={"into": target.name, "into_id": target.pk})  # fmt: skip
    jobs.publish(
        OrganizationMerged(organization_id=row.pk, into_id=target.pk, occurred_at=now), now=now
    )
    return to_info(row)


@transaction.atomic
def cancel_organization(
    organization_id: int, *, by: Actor, now: datetime, reason: str
) -> OrganizationInfo:
    """End a body for good. A body with live objects or children in use is refused (B2.6)."""
    _lock_tree()
    row = _open(organization_id)
    uses = uses_of(row.pk, now=now)
    alive = Organization.objects.filter(parent=row, status=Status.NORMAL).count()
    if alive:
        uses = [Use(f"有 {alive} 个未撤销的下级", f"/organizations/?parent={row.pk}"), *uses]
    _refuse_uses(row, uses, "撤销")
    _end(row, Status.CANCELLED, now=now, merged_into=None)
    audit.record("organizations.cancelled", _subject(row), by=by, now=now, reason=reason)
    jobs.publish(OrganizationCancelled(organization_id=row.pk, occurred_at=now), now=now)
    return to_info(row)


def _lock_tree() -> None:
    """Changes of the tree's shape wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('organizations_organization','id'))")
        return int(cursor.fetchone()[0])


def _open(organization_id: int) -> Organization:
    row = Organization.objects.select_for_update().filter(pk=organization_id).first()
    if row is None:
        raise NotFoundError("没有这个组织机构")
    if row.status != Status.NORMAL:
        raise OrganizationClosedError(f"“{row.name}”{row.get_status_display()}，不能再改动")
    return row


def _parent(parent_id: int | None) -> Organization | None:
    if parent_id is None:
        return None
    parent = Organization.objects.filter(pk=parent_id).first()
    if parent is None:
        raise TreeError("所选的上级不存在，请重新选择")
    if parent.status != Status.NORMAL:
        raise TreeError(f"上级“{parent.name}”{parent.get_status_display()}，请另选上级")
    return parent


def _hang(row: Organization, parent: Organization | None) -> None:
    old_path = row.path
    new_path = f"{parent.path if parent else '/'}{row.pk}/"
    subtree = Organization.objects.filter(path__startswith=old_path)
    grown = new_path.count("/") - old_path.count("/")
    _refuse_too_deep(max(subtree.values_list("path", flat=True), key=lambda p: p.count("/")), grown)
    row.parent = parent
    row.save(update_fields=["parent"])
    subtree.update(
        path=Concat(Value(new_path), Substr("path", len(old_path) + 1), output_field=CharField())
    )
    row.path = new_path


def _end(
    row: Organization, status: Status, *, now: datetime, merged_into: Organization | None
) -> None:
    row.status, row.merged_into, row.version = status, merged_into, row.version + 1
    fields = ["status", "merged_into", "version"]
    if row.valid_until is None and (row.valid_from is None or row.valid_from < local_date(now)):
        row.valid_until = local_date(now)
        fields.append("valid_until")
    row.save(update_fields=fields)


def _refuse_too_deep(path: str, grown: int = 0) -> None:
    if path.count("/") - 1 + grown > MAX_DEPTH:
        raise TreeError(f"组织树最多 {MAX_DEPTH} 级，请换一个更高的上级")


def _refuse_taken(*, code: str = "", credit_code: str = "", but: int | None = None) -> None:
    rows = Organization.objects.all()
    if but is not None:
        rows = rows.exclude(pk=but)
    if code and (taken := rows.filter(code=code).first()):
        raise OrganizationInvalidError(f"编码“{code}”已用于“{taken.name}”，请换一个", field="code")
    if credit_code and (taken := rows.filter(credit_code=credit_code).first()):
        raise OrganizationInvalidError(
            f"统一社会信用代码“{credit_code}”已用于“{taken.name}”", field="credit_code"
        )


def _checked_changes(row: Organization, changed: Mapping[str, Any]) -> dict[str, Any]:
    dates = {"valid_from": row.valid_from, "valid_until": row.valid_until}
    values = checked({**dates, **changed})
    _refuse_taken(credit_code=changed.get("credit_code", ""), but=row.pk)
    if changed.get("supervisor_id") == row.pk:
        raise OrganizationInvalidError("主管部门不能是机构自己", field="supervisor_id")
    return {name: values[name] for name in changed}


def _refuse_uses(row: Organization, uses: list[Use], verb: str) -> None:
    if uses:
        words = "，".join(use.words for use in uses)
        raise OrganizationInUseError(
            f"“{row.name}”{words}，处理完后才能{verb}", uses=[(u.words, u.url) for u in uses]
        )


def _subject(row: Organization) -> Subject:
    return Subject(KIND, str(row.pk), row.name)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}


def _labels(changed: Mapping[str, Any]) -> str:
    return "、".join(ATTRIBUTES[name] for name in changed)
