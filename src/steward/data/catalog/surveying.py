"""Survey (普查): the live schema of a source against what is catalogued of it (K10.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.data.catalog.choices import Gap, GapState, ItemType, Sensitivity, State
from steward.data.catalog.editing import (
    CatalogueDraft,
    ItemDraft,
    change_catalogue,
    create_catalogue,
    draft_of,
)
from steward.data.catalog.errors import CatalogueStateError, InvalidCatalogueError
from steward.data.catalog.models import Catalogue, DataItem, InformationSystem, SurveyGap
from steward.data.catalog.standard import FINDING_SOURCE
from steward.data.sources import api as sources
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject

_SHOWN = 50
TYPES = (
    (r"bool|bit\(1\)|^bit$", ItemType.LOGICAL),
    (r"timestamp|datetime", ItemType.MOMENT),
    (r"^date", ItemType.DATE),
    (r"money", ItemType.MONEY),
    (r"numeric|decimal|number", ItemType.NUMBER),
    (r"double", ItemType.DOUBLE),
    (r"float|real", ItemType.FLOAT),
    (r"int|serial", ItemType.INTEGER),
    (r"blob|bytea|binary|json|xml|geometry", ItemType.GENERAL),
    (r"^(tiny|medium|long)?text|clob", ItemType.MEMO),
)
LEVELS = (
    (r"密码|口令|指纹|人脸|虹膜|基因|病历|诊断|passw|finger|biometric", Sensitivity.L4),
    ((r"身份证|证件号|公民身份|银行|账号|手机|电话|住址|地址|残疾|低保|救助|收入|健康|婚姻|"
      r"sfz|id_?card|idno|zjhm|mobile|phone|address|account"), Sensitivity.L3),
    (r"姓名|出生|性别|民族|车牌|邮箱|户籍|信用代码|xm$|name|birth|gender|plate|email",
     Sensitivity.L2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """One difference, before it is kept."""

    table: str
    column: str
    kind: Gap
    before: str = ""
    after: str = ""
    catalogue_id: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.table, self.column, self.kind.value)


def guess_type(source_type: str) -> ItemType:
    """The guide's type for a type of a database."""
    word = source_type.lower()
    return next((type_ for pattern, type_ in TYPES if re.search(pattern, word)), ItemType.TEXT)


def guess_length(source_type: str) -> int | None:
    """The length that a text type states."""
    found = re.search(r"char\w*(?: varying)?\((\d+)\)", source_type.lower())
    return int(found.group(1)) if found else None


def guess_sensitivity(name: str, comment: str) -> Sensitivity:
    """A first level by what the column is called; people decide."""
    words = f"{comment} {name}".lower()
    return next((level for pattern, level in LEVELS if re.search(pattern, words)), Sensitivity.L1)


def item_from(column: sources.ColumnInfo, keys: tuple[str, ...]) -> ItemDraft:
    """A data item as the live column suggests it."""
    level = guess_sensitivity(column.name, column.comment)
    sharing = "conditional" if level in (Sensitivity.L3, Sensitivity.L4) else "unconditional"
    return ItemDraft(
        code=column.name,
        name=column.comment.strip()[:200],
        type=guess_type(column.type),
        length=guess_length(column.type),
        sensitivity=level,
        is_key=column.name in keys,
        nullable=column.nullable and column.name not in keys,
        sharing=sharing,
        source_type=column.type,
    )


def catalogue_table(
    source_id: int, table_name: str, system_id: int, *, by: Actor, now: datetime
) -> Catalogue:
    """Make a draft from a live table; what the table does not say is left for people."""
    table = sources.table(source_id, table_name)
    if table is None or table.gone_at is not None:
        raise InvalidCatalogueError(f"数据源里没有表“{table_name}”，请先读取结构")
    taken = Catalogue.objects.filter(source_id=source_id, source_table=table_name)
    if taken.exclude(state=State.DELISTED).exists():
        raise CatalogueStateError(f"表“{table_name}”已编目")
    draft = CatalogueDraft(
        system_id=system_id,
        name=table.comment.strip()[:200] or table.name,
        source_id=source_id,
        source_table=table_name,
    )
    items = tuple(item_from(column, table.keys) for column in table.columns)
    row = create_catalogue(draft, items, by=by, now=now)
    compare_source(source_id, now=now)
    return row


def take_over(gap_id: int, *, by: Actor, now: datetime) -> Catalogue:
    """Bring the catalogue in line with the live table of a gap: new, vanished, changed columns."""
    gap = SurveyGap.objects.select_related("catalogue").get(pk=gap_id)
    if gap.catalogue is None:
        raise CatalogueStateError("这张表还没有编目，请先生成目录")
    table = sources.table(gap.source_id, gap.table)
    if table is None or table.gone_at is not None:
        raise CatalogueStateError("源表已不存在，请申请下架目录")
    live = {column.name: item_from(column, table.keys) for column in table.columns}
    items = [_merged(item, live.pop(item.code)) for item in gap.catalogue.items.all()
             if item.code in live]  # fmt: skip
    row = change_catalogue(
        gap.catalogue.pk, draft_of(gap.catalogue), (*items, *live.values()), by=by, now=now
    )
    compare_source(gap.source_id, now=now)
    return row


def _merged(item: DataItem, live: ItemDraft) -> ItemDraft:
    same = item.source_type == live.source_type
    return ItemDraft(
        code=item.code,
        name=item.name or live.name,
        type=item.type if same else live.type,
        length=item.length if same else live.length,
        sensitivity=item.sensitivity or live.sensitivity,
        is_key=item.is_key,
        nullable=item.nullable,
        sharing=item.sharing or live.sharing,
        source_type=live.source_type,
    )


@transaction.atomic
def compare_source(source_id: int, *, now: datetime) -> list[SurveyGap]:
    """Compare as last seen, keep each difference, close those that are no more; the open ones."""
    source = sources.get(source_id)
    seen = {one.key: one for one in _differences(source_id)}
    for row in (
        SurveyGap.objects.select_for_update()
        .filter(source_id=source_id)
        .exclude(state=GapState.CLOSED)
    ):
        one = seen.pop((row.table, row.column, row.kind), None)
        if one is None:
            row.state, row.closed_at = GapState.CLOSED, now
        else:
            row.before, row.after, row.catalogue_id = one.before, one.after, one.catalogue_id
        row.save()
    SurveyGap.objects.bulk_create(
        SurveyGap(
            source_id=source_id,
            catalogue_id=one.catalogue_id,
            table=one.table,
            column=one.column,
            kind=one.kind,
            before=one.before[:300],
            after=one.after[:300],
            state=GapState.OPEN,
            seen_at=now,
        )
        for one in seen.values()
    )
    open_now = list(SurveyGap.objects.filter(source_id=source_id, state=GapState.OPEN))
    _tell(source, open_now, now=now)
    return open_now


def _differences(source_id: int) -> Iterator[Seen]:
    live = {table.name: table for table in sources.tables_of(source_id)}
    listed = {
        row.source_table: row
        for row in Catalogue.objects.filter(source_id=source_id)
        .exclude(state=State.DELISTED)
        .prefetch_related("items")
    }
    for name, table in live.items():
        row = listed.get(name)
        if row is None:
            words = f"{table.comment}，{len(table.columns)} 列".lstrip("，")
            yield Seen(name, "", Gap.TABLE_UNLISTED, after=words)
        else:
            yield from _columns(row, table)
    for name, row in listed.items():
        if name not in live:
            yield Seen(name, "", Gap.TABLE_GONE, before=row.name, catalogue_id=row.pk)


def _columns(row: Catalogue, table: sources.TableInfo) -> Iterator[Seen]:
    items = {item.code: item for item in row.items.all()}
    for column in table.columns:
        item = items.pop(column.name, None)
        if item is None:
            words = f"{column.comment} {column.type}".strip()
            yield Seen(table.name, column.name, Gap.COLUMN_UNLISTED, "", words, row.pk)
        elif item.source_type and item.source_type != column.type:
            yield Seen(
                table.name, column.name, Gap.TYPE_CHANGED, item.source_type, column.type, row.pk
            )
    for item in items.values():
        yield Seen(table.name, item.code, Gap.COLUMN_GONE, str(item), "", row.pk)


def _tell(source: sources.SourceInfo, gaps: list[SurveyGap], *, now: datetime) -> None:
    fingerprint = f"survey:{source.id}"
    if not gaps:
        findings.clear(FINDING_SOURCE, fingerprint, now=now, note="目录与数据源一致")
        return
    gone = any(gap.kind != Gap.TABLE_UNLISTED for gap in gaps)
    findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=fingerprint,
            title=f"“{source.name}”与目录有 {len(gaps)} 处不一致",
            severity="minor" if gone else "info",
            subject=_source_subject(source),
            contract=source.contract,
            category="data_catalog",
            organization_id=source.organization_id,
            detail={"差异": [str(gap) for gap in gaps[:_SHOWN]]},
            remedy="在普查页逐项处理：编目、并入目录、下架，或写明不编目的理由",
        ),
        now=now,
    )


def _source_subject(source: sources.SourceInfo) -> Subject:
    return Subject(sources.SOURCE_KIND, str(source.id), source.name)


@transaction.atomic
def ignore_gap(gap_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Leave a table or column uncatalogued, with the reason."""
    row = SurveyGap.objects.select_for_update().get(pk=gap_id)
    if row.state != GapState.OPEN:
        raise CatalogueStateError("这处差异已处理")
    if row.kind not in (Gap.TABLE_UNLISTED, Gap.COLUMN_UNLISTED):
        raise CatalogueStateError("已编目而变化的，须修改目录，不能忽略")
    if not reason.strip():
        raise InvalidCatalogueError("请写明不编目的理由", field="reason")
    row.state, row.reason, row.closed_at, row.closed_by = GapState.IGNORED, reason, now, by.label
    row.save()
    source = sources.get(row.source_id)
    audit.record("catalog.gap.ignored", _source_subject(source), by=by, now=now, reason=reason,
                 after={"gap": str(row)})  # fmt: skip
    rest = list(SurveyGap.objects.filter(source_id=row.source_id, state=GapState.OPEN))
    _tell(source, rest, now=now)


def systems_of(source_id: int, organization_id: int) -> list[InformationSystem]:
    """Under which system a table may be catalogued: those of the source first."""
    rows = InformationSystem.objects.filter(organization_id=organization_id)
    return sorted(rows, key=lambda row: (row.source_id != source_id, row.code))
