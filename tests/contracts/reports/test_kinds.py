"""Kinds that report on one thing: settlement, acceptance, inspection, tickets; tables that add up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from steward.contracts.acceptance import api as acceptance
from steward.contracts.assessment import api as assessment
from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.contracts.reports.registry import KINDS
from steward.contracts.reports.sections import Content, Table
from steward.data.collection.models import CollectionTask
from steward.desk.tickets import api as desk
from steward.kernel.instants import at_local
from steward.kernel.money import format_yuan
from tests.contracts import living
from tests.contracts.obligations.support import contract
from tests.contracts.reports.support import (
    APRIL_1,
    CODE,
    MARCH,
    SYSTEM,
    a_month_of_work,
    document_of,
    pairs_of,
    words_of,
)
from tests.factories import acceptance as accepting
from tests.factories.desk import ticket
from tests.factories.sources import source_at

pytestmark = pytest.mark.django_db


def table_of(content: Content, title: str) -> Table:
    return next(t for s in content.sections for t in s.tables if t.title == title)


def first_of(kind: str, code: str, *, now) -> reports.Wanted:
    return reports.Wanted(code, kind, KINDS.get(kind).choices(packs.get(code), now=now)[0].key)


def test_the_settlement_report_says_the_figures_of_the_sheet() -> None:
    case = {"pack": CODE, "entries": {}, "payments": [], "conditions": []}
    number = living.live(case)
    sheet = assessment.settlement_sheet(CODE, number)
    now = packs.get(CODE).end + timedelta(days=2)

    info = reports.make_report(first_of("settlement", CODE, now=now), by=SYSTEM, now=now)

    document = document_of(info)
    assert pairs_of(document)["应付金额"] == format_yuan(sheet.payable)
    assert pairs_of(document)["本次应付"] == format_yuan(sheet.to_pay)
    assert sheet.digest() in words_of(document)
    assert all(line.title in words_of(document) for line in sheet.lines)


def test_the_papers_of_an_acceptance_are_documents() -> None:
    row = accepting.asked()
    now = accepting.ASKED + timedelta(days=1)

    info = reports.make_report(first_of("acceptance", CODE, now=now), by=SYSTEM, now=now)

    paper = acceptance.document(row.pk, "request")
    said = words_of(document_of(info))
    assert paper.title in said
    assert all(value in said for _, value in paper.pairs)


def test_an_inspection_report_follows_the_duties_of_inspection() -> None:
    contract()

    labels = [c.label for c in KINDS.get("inspection").choices(packs.get(CODE), now=APRIL_1)]

    assert any(label.startswith("每周巡检 2026年第13周") for label in labels)
    assert any(label.startswith("重大节假日前巡检") for label in labels)


def test_an_inspection_report_does_not_stand_for_the_inspection_of_people() -> None:
    contract()

    info = reports.make_report(first_of("inspection", CODE, now=APRIL_1), by=SYSTEM, now=APRIL_1)

    assert info.occurrence_id is None
    assert "不由本报告代替" in words_of(document_of(info))


def test_the_kinds_of_tickets_add_up_to_all_tickets() -> None:
    a_month_of_work()
    ticket(kind="question", severity="minor", now=at_local(date(2026, 3, 15)))

    content = reports.compose(CODE, "monthly", MARCH, now=APRIL_1)

    rows = table_of(content, "按类型统计").rows
    whole = next(f for f in content.figures() if f.name == "工单数")
    assert sum(Decimal(row[1].text) for row in rows) == whole.value == 3
    assert "咨询" in [row[0].text for row in rows]


def test_the_duties_of_a_month_add_up_to_the_figures() -> None:
    a_month_of_work()

    content = reports.compose(CODE, "monthly", MARCH, now=APRIL_1)

    rows = table_of(content, "按义务统计").rows
    figures = {f.name: f.value for f in content.figures()}
    assert sum(Decimal(row[2].text) for row in rows) == figures["应履行义务期次"]
    assert sum(Decimal(row[5].text) for row in rows) == figures["逾期未履行"]


def test_a_ticket_report_has_every_clock_with_its_clause() -> None:
    contract()
    info = ticket(now=at_local(date(2026, 3, 10), 9))

    content = reports.compose(CODE, "incident", str(info.id), now=APRIL_1)

    rows = table_of(content, "时限执行情况").rows
    clocks = desk.clocks_of_ticket(info.id)
    assert len(clocks) > 0
    assert [row[0].url for row in rows] == [clock.url for clock in clocks]
    assert all(row[1].text for row in rows)


def test_a_ticket_report_tells_its_course_as_known_then_without_internal_notes() -> None:
    contract()
    at = at_local(date(2026, 3, 10), 9)
    info = ticket(now=at)
    desk.add_note(info.id, text="先不要告诉用户", by=SYSTEM, now=at + timedelta(minutes=2))
    desk.reply(info.id, text="已在处理", by=SYSTEM, now=at + timedelta(minutes=5))
    desk.reply(info.id, text="期后才写的话", by=SYSTEM, now=APRIL_1 + timedelta(days=1))

    made = reports.make_report(
        reports.Wanted(CODE, "incident", str(info.id)), by=SYSTEM, now=APRIL_1
    )

    rows = table_of(reports.compose(CODE, "incident", str(info.id), now=APRIL_1), "处置记录").rows
    said = words_of(document_of(made))
    assert any("已在处理" in row[3].text for row in rows)
    assert "已在处理" in said
    assert "先不要告诉用户" not in said
    assert "期后才写的话" not in said


def test_a_ticket_of_another_kind_is_not_reported() -> None:
    contract()
    info = ticket(kind="question", severity="minor", now=at_local(date(2026, 3, 10), 9))

    with pytest.raises(reports.NothingToReportError):
        reports.compose(CODE, "incident", str(info.id), now=APRIL_1)


def test_the_score_of_a_month_is_that_of_its_end() -> None:
    a_month_of_work()
    content = reports.compose(CODE, "monthly", MARCH, now=APRIL_1)

    result = assessment.score(CODE, as_of=at_local(date(2026, 4, 1)), now=APRIL_1)

    said = next(f for f in content.figures() if f.name == "考核得分")
    assert said.value == result.points


@pytest.mark.clause("C10")
def test_a_drill_that_both_sides_agreed_on_has_its_report() -> None:
    contract()
    begins = packs.get(CODE).start + timedelta(days=20)
    new = obligations.NewMoment(
        CODE,
        "上半年应急演练",
        obligations.MomentKind.DRILL,
        begins,
        begins + timedelta(hours=4),
        "模拟主库宕机，切换备库",
    )
    known = begins - timedelta(days=9)
    number = obligations.register_moment(new, side=obligations.Side.CLIENT, by=SYSTEM, now=known)
    obligations.decide_moment(
        number, agree=True, side=obligations.Side.SUPPLIER, by=SYSTEM, now=known
    )
    now = begins + timedelta(days=1)

    info = reports.make_report(first_of("drill", CODE, now=now), by=SYSTEM, now=now)

    words = words_of(document_of(info))
    assert "上半年应急演练" in words
    assert "模拟主库宕机，切换备库" in words


@pytest.mark.clause("C10")
def test_a_month_of_data_exchange_names_its_tasks_and_says_what_has_no_data() -> None:
    contract()
    now = packs.get(CODE).start + timedelta(days=70)
    before = KINDS.get("exchange").choices(packs.get(CODE), now=now)
    CollectionTask.objects.create(
        name="归集人口登记",
        origin="local",
        source=source_at("postgresql://u:p@127.0.0.1:1/db", contract=CODE),
        source_table="public.person",
        target="ods.person",
        mode="full",
        state="active",
        created_by="系统",
        created_at=now,
    )

    ended = KINDS.get("exchange").choices(packs.get(CODE), now=now)[1]
    info = reports.make_report(reports.Wanted(CODE, "exchange", ended.key), by=SYSTEM, now=now)

    words = words_of(document_of(info))
    assert before == []
    assert "归集人口登记" in words
    assert "期内没有按计划运行的归集任务" in words
