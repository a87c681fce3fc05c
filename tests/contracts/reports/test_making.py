"""Making reports: once, again with a reason, as evidence, for the duty, by schedule (C10)."""

from datetime import date, timedelta

import pytest

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Occurrence
from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.contracts.reports.fulfilling import match
from steward.contracts.reports.models import Report
from steward.contracts.reports.registry import KINDS
from steward.contracts.reports.sections import NO_DATA
from steward.core.calendars import api as calendars
from steward.core.evidence import api as evidence
from steward.kernel.instants import at_local
from tests.contracts.money import library_pack
from tests.contracts.obligations.support import contract
from tests.contracts.reports.support import (
    APRIL_1,
    CODE,
    MARCH,
    MONTHLY,
    SYSTEM,
    a_month_of_work,
    document_of,
    pairs_of,
    template,
    words_of,
)
from tests.contracts.support import text_of

pytestmark = pytest.mark.django_db
KECHENG, BEIJING = "kecheng-2024", "beijing-2022"


def made(wanted: reports.Wanted = MONTHLY, *, now=APRIL_1) -> reports.ReportInfo:
    return reports.make_report(wanted, by=SYSTEM, now=now)


def kecheng() -> packs.ContractInfo:
    """Kecheng as it is, its duties laid out."""
    calendars.seed()
    start = at_local(library_pack(KECHENG).period.start)
    packs.load_pack(text_of(KECHENG), file="kecheng-2024.yaml", by=SYSTEM, now=start)
    obligations.lay_out_contract(KECHENG, reason="第一版", by=SYSTEM, now=start)
    return packs.get(KECHENG)


def test_the_document_says_the_figures_of_the_content() -> None:
    a_month_of_work()

    document = document_of(made())
    content = reports.content_from(Report.objects.get().content)

    said = pairs_of(document)
    assert said == {figure.name: figure.text for figure in content.figures()}
    assert said["工单数"] == "2"


def test_no_data_is_said_and_never_nothing() -> None:
    a_month_of_work()

    said = pairs_of(document_of(made()))

    assert said["系统可用性"] == NO_DATA
    assert said["宕机时间"] == NO_DATA


def test_every_figure_with_a_value_has_the_address_of_its_rows() -> None:
    a_month_of_work()

    content = reports.compose(CODE, "monthly", MARCH, now=APRIL_1)

    bare = [f.name for f in content.figures() if f.value is not None and not f.url]
    assert bare == []


def test_the_same_report_is_made_once() -> None:
    a_month_of_work()

    first, second = made(), made(now=APRIL_1 + timedelta(days=1))

    assert first == second
    assert Report.objects.count() == 1


def test_a_new_version_needs_its_reason_and_leaves_the_old_one() -> None:
    a_month_of_work()
    first = made()

    again = reports.Wanted(CODE, "monthly", MARCH, "补录一张工单")
    second = made(again, now=APRIL_1 + timedelta(hours=1))

    assert second.version == 2
    assert [r.id for r in reports.reports_of(CODE)] == [second.id]
    assert "第 2 版" in words_of(document_of(second))
    assert Report.objects.get(pk=first.id).sha256 == first.sha256


def test_a_report_is_kept_as_evidence_with_the_hash_of_its_document() -> None:
    a_month_of_work()

    info = made()

    assert info.evidence_id is not None
    kept = evidence.get(info.evidence_id)
    assert (kept.kind, kept.grade, kept.contract) == ("reports.monthly", "A", CODE)
    assert kept.payload["content_hash"] == info.content_hash


def test_a_month_that_runs_is_shown_and_not_made() -> None:
    a_month_of_work()
    now = at_local(date(2026, 3, 20))

    content = reports.compose(CODE, "monthly", MARCH, now=now)

    assert content.end == now
    with pytest.raises(reports.TooEarlyError, match="还没有结束"):
        made(now=now)


def test_what_does_not_exist_is_not_reported() -> None:
    a_month_of_work()

    with pytest.raises(reports.NothingToReportError, match="2031-01"):
        made(reports.Wanted(CODE, "monthly", "2031-01"))


def test_a_monthly_report_fulfils_the_duty_that_asks_for_it_alone() -> None:
    known = kecheng()
    first = next(c for c in KINDS.get("monthly").choices(known, now=known.end)[::-1])

    info = made(reports.Wanted(KECHENG, "monthly", first.key), now=first.end + timedelta(hours=8))

    row = Occurrence.objects.get(pk=info.occurrence_id)
    assert (row.code, row.key, row.status) == ("monthly-report", first.key, "done")


def test_a_late_report_fulfils_late() -> None:
    known = kecheng()
    first = KINDS.get("monthly").choices(known, now=known.end)[-1]

    info = made(reports.Wanted(KECHENG, "monthly", first.key), now=first.end + timedelta(days=40))

    assert Occurrence.objects.get(pk=info.occurrence_id).status == "late"


def test_a_deliverable_that_asks_for_more_is_not_fulfilled_by_the_report() -> None:
    found = match(library_pack(BEIJING), KINDS.get("monthly"), "2022-09", is_last=False)

    assert found is not None
    assert found.duty == ""
    assert "须人工提交其余部分" in found.words


def test_a_weekly_report_is_what_beijing_asks_for() -> None:
    found = match(library_pack(BEIJING), KINDS.get("weekly"), "2022-W40", is_last=False)

    assert found is not None
    assert (found.duty, found.key) == ("weekly-report", "2022-W40")


def test_the_summary_is_due_at_the_end_of_the_term_only() -> None:
    pack, annual = library_pack(KECHENG), KINDS.get("annual")

    last, earlier = (match(pack, annual, "y1", is_last=is_last) for is_last in (True, False))

    assert last is not None
    assert last.duty == "summary-report"
    assert earlier is None


def test_the_platform_makes_what_is_due_in_the_morning_after() -> None:
    a_month_of_work()

    before = {due.wanted.key for due in reports.due_reports(now=APRIL_1 - timedelta(minutes=1))}
    after = {due.wanted.key for due in reports.due_reports(now=APRIL_1)}

    assert MARCH not in before
    assert MARCH in after
    assert "2026-W13" in after
    assert "2026-W14" not in after


def test_what_ended_before_the_contract_was_on_the_platform_is_not_made() -> None:
    contract(now=at_local(date(2026, 3, 16)))

    found = {due.wanted.key for due in reports.due_reports(now=APRIL_1)}

    assert found == {MARCH, "2026-W12", "2026-W13"}


def test_what_was_switched_off_is_not_made() -> None:
    a_month_of_work()

    reports.plan(CODE, "weekly", is_on=False, by=SYSTEM, now=APRIL_1)

    assert {due.wanted.kind for due in reports.due_reports(now=APRIL_1)} == {"monthly"}


def test_making_all_that_is_due_twice_makes_it_once() -> None:
    a_month_of_work()
    reports.plan(CODE, "weekly", is_on=False, by=SYSTEM, now=APRIL_1)

    lines = reports.make_due(by=SYSTEM, now=APRIL_1)

    assert len(lines) == 2
    assert reports.make_due(by=SYSTEM, now=APRIL_1) == []


def test_the_template_of_the_contract_is_used_before_that_of_the_kind() -> None:
    a_month_of_work()
    given = {"kind": "monthly", "name": "模板.docx", "note": "", "by": SYSTEM, "now": APRIL_1}
    reports.upload_template(template("处室通用", "{{p 正文 }}"), contract="", **given)
    reports.upload_template(template("淮安专用", "{{p 正文 }}"), contract=CODE, **given)

    assert "淮安专用" in words_of(document_of(made()))


def test_the_default_comes_back() -> None:
    a_month_of_work()
    given = {"kind": "monthly", "by": SYSTEM, "now": APRIL_1, "contract": CODE}
    reports.upload_template(template("淮安专用", "{{p 正文 }}"), name="a.docx", note="", **given)

    reports.use_default(**given)

    assert "编制单位（盖章）" in words_of(document_of(made()))


@pytest.mark.parametrize("kind", [kind.code for kind in reports.kinds()])
def test_every_kind_offers_only_what_it_can_compose(kind: str) -> None:
    a_month_of_work()
    found = KINDS.get(kind).choices(packs.get(CODE), now=APRIL_1)[:2]

    composed = [reports.compose(CODE, kind, choice.key, now=APRIL_1) for choice in found]

    assert all(content.sections for content in composed)


def test_an_emergency_is_reported_with_its_clocks_and_its_course() -> None:
    a_month_of_work()
    choice = KINDS.get("emergency").choices(packs.get(CODE), now=APRIL_1)[0]

    info = made(reports.Wanted(CODE, "emergency", choice.key))

    said = words_of(document_of(info))
    assert "应急处置报告" in said
    assert "阶段性报告" in said
    assert "工单上没有复盘报告" in said
