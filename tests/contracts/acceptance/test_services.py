from datetime import date, timedelta

import pytest
import time_machine

from steward.contracts.acceptance import api as acceptance
from steward.contracts.acceptance.jobs import watch_acceptances
from steward.contracts.acceptance.metrics import days_overdue, refusals
from steward.contracts.acceptance.models import Acceptance, AcceptanceAct
from steward.contracts.assessment import api as assessment
from steward.core.evidence import api as evidence
from steward.core.evidence.models import EvidenceRecord
from steward.core.files import api as files
from steward.core.jobs.models import EventRecord
from steward.core.notify.models import Message
from tests.contracts.support import CODE, END, Year, load_huaian, year
from tests.factories import acceptance as made
from tests.factories import surveys
from tests.factories.accounts import user_in_role
from tests.support import SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
ASKED = made.ASKED
DUE = made.utc(2026, 10, 8, 16)
TICK = timedelta(microseconds=1)


def published(name: str) -> list[dict]:
    return [row.payload for row in EventRecord.objects.filter(name=name)]


def hand_over(row: Acceptance) -> None:
    """Everything on Huai'an's list: papers, a survey, a settled year."""
    for purpose in ("monitoring-log", "maintenance-records", "security-audit"):
        kept = files.store(b"%PDF-1.7 x", f"{purpose}.pdf", by=SYSTEM, now=ASKED)
        acceptance.add_paper(row.pk, kept.id, purpose=purpose, by=SYSTEM, now=ASKED)
    surveys.closed(*[5] * 30)
    with year(Year()):
        assessment.settle_period(CODE, by=SYSTEM, now=ASKED)


def test_acceptance_is_asked_for_after_the_term_only():
    load_huaian()

    with pytest.raises(acceptance.AcceptanceStateError, match="服务期到 2026-08-29"):
        acceptance.request_acceptance(CODE, text="", by=SYSTEM, now=END - TICK)


def test_at_the_instant_the_term_ends_it_may_be_asked_for():
    assert made.asked(now=END).stage == "requested"


def test_there_is_one_acceptance_at_a_time():
    made.asked()

    with pytest.raises(acceptance.AcceptanceStateError, match="已有一次验收"):
        acceptance.request_acceptance(CODE, text="", by=SYSTEM, now=ASKED)


@pytest.mark.clause("C9")
def test_a_review_not_organised_within_thirty_days_counts_as_passed():
    row = made.accepted()

    acceptance.watch(row.pk, now=DUE - TICK)
    before = Acceptance.objects.get().stage
    acceptance.watch(row.pk, now=DUE + timedelta(hours=5))

    row.refresh_from_db()
    assert (before, row.stage, row.deemed_at) == ("accepted", "deemed", DUE)
    assert published("acceptance.concluded")[0]["deemed"] is True


@pytest.mark.clause("C9")
def test_an_act_recorded_later_but_dated_earlier_does_not_change_it():
    row = made.accepted()
    new = acceptance.NewAct("organise", "", date(2026, 10, 1), {"meeting_date": "2026-10-01"})

    acceptance.record_act(row.pk, new, by=SYSTEM, now=DUE)

    row.refresh_from_db()
    assert (row.stage, row.deemed_at, row.is_open) == ("deemed", DUE, False)
    assert set(row.acts.values_list("kind", flat=True)) == {"request", "accept", "organise", "deem"}


def test_silence_is_written_down_once_and_says_why():
    row = made.accepted()
    acceptance.watch(row.pk, now=DUE)
    acceptance.watch(row.pk, now=DUE + timedelta(days=1))

    said = AcceptanceAct.objects.get(kind="deem").text

    assert "30日内组织验收" in said
    assert "2026-10-09 00:00 期满" in said


def test_silence_is_evidence_that_the_platform_measured():
    row = made.accepted()

    acceptance.watch(row.pk, now=DUE)

    kept = EvidenceRecord.objects.get(kind="acceptance.deem")
    assert (kept.grade, kept.occurred_at) == ("A", DUE)


@pytest.mark.clause("C9")
def test_a_review_passes_when_everything_is_handed_over():
    row = made.accepted()
    hand_over(row)
    made.do(row, "organise", now=ASKED + timedelta(days=5), meeting_date="2026-09-10")

    made.do(row, "pass", now=ASKED + timedelta(days=6), text="验收合格")

    assert (row.stage, row.is_open) == ("passed", False)
    assert acceptance.latest_of(CODE).is_passed


def test_a_review_does_not_pass_while_something_is_missing():
    row = made.accepted()
    made.do(row, "organise", now=ASKED + timedelta(days=5), meeting_date="2026-09-10")

    with pytest.raises(acceptance.AcceptanceStateError, match="还缺：年度考核结算"):
        made.do(row, "pass", now=ASKED + timedelta(days=6), text="验收合格")


def test_a_veto_does_not_pass():
    row = made.accepted()
    hand_over_with_veto(row)
    made.do(row, "organise", now=ASKED + timedelta(days=5), meeting_date="2026-09-10")

    with pytest.raises(acceptance.AcceptanceStateError, match="一票否决，验收不通过：用户满意度"):
        made.do(row, "pass", now=ASKED + timedelta(days=6), text="验收合格")


def hand_over_with_veto(row: Acceptance) -> None:
    for purpose in ("monitoring-log", "maintenance-records", "security-audit"):
        kept = files.store(b"%PDF-1.7 x", f"{purpose}.pdf", by=SYSTEM, now=ASKED)
        acceptance.add_paper(row.pk, kept.id, purpose=purpose, by=SYSTEM, now=ASKED)
    surveys.closed(*[1] * 30)
    with year(Year()):
        assessment.settle_period(CODE, by=SYSTEM, now=ASKED)


@pytest.mark.clause("C9")
def test_what_does_not_pass_is_rectified_and_asked_for_again():
    row = made.accepted()
    made.do(row, "organise", now=ASKED + timedelta(days=5), meeting_date="2026-09-10")
    made.do(row, "rectify", now=ASKED + timedelta(days=6), text="文档不全",
            items=["补交变更日志"], deadline="2026-09-30")  # fmt: skip

    made.do(row, "rectified", now=ASKED + timedelta(days=9), text="已补交")

    assert (row.stage, row.attempt) == ("requested", 2)
    assert {p["attempt"] for p in published("acceptance.requested")} == {1, 2}


def test_rectification_names_its_items_and_a_day_to_come():
    row = made.accepted()
    made.do(row, "organise", now=ASKED + timedelta(days=5), meeting_date="2026-09-10")

    with pytest.raises(acceptance.AcceptanceInvalidError, match="逐条"):
        made.do(row, "rectify", now=ASKED + timedelta(days=6), text="不全", deadline="2026-09-30")
    with pytest.raises(acceptance.AcceptanceInvalidError, match="不能早于今天"):
        made.do(row, "rectify", now=ASKED + timedelta(days=6), text="不全", items=["一"],
                deadline="2026-09-01")  # fmt: skip


def test_a_step_out_of_turn_is_refused():
    row = made.asked()

    with pytest.raises(acceptance.AcceptanceStateError, match="待甲方审核"):
        made.do(row, "pass", now=ASKED, text="合格")


@pytest.mark.clause("C9")
def test_preparation_in_five_and_review_in_ten_working_days():
    made.load_with_preparation()
    asked = made.utc(2026, 9, 1, 2)
    info = acceptance.request_acceptance(CODE, text="", by=SYSTEM, now=asked)
    row = Acceptance.objects.get(pk=info.id)
    first = row.due_at  # 2026-09-20 is a Sunday that the State Council made a working day

    made.do(row, "prepare", now=asked + timedelta(days=2))
    made.do(row, "prepared", now=made.utc(2026, 9, 7, 2))

    assert (first, row.due_at) == (made.utc(2026, 9, 8, 10), made.utc(2026, 9, 20, 10))


def test_an_expert_review_names_its_experts():
    made.load_with_preparation()
    info = acceptance.request_acceptance(CODE, text="", by=SYSTEM, now=ASKED)
    row = Acceptance.objects.get(pk=info.id)
    made.do(row, "prepare", now=ASKED)
    made.do(row, "prepared", now=ASKED)

    with pytest.raises(acceptance.AcceptanceInvalidError, match="专家名单"):
        made.do(row, "organise", now=ASKED, meeting_date="2026-09-10")


def test_a_late_step_is_told_once():
    made.load_with_preparation()
    asked = made.utc(2026, 9, 1, 2)
    info = acceptance.request_acceptance(CODE, text="", by=SYSTEM, now=asked)
    late = made.utc(2026, 9, 8, 10)

    for hours in (0, 1, 30):
        acceptance.watch(info.id, now=late + timedelta(hours=hours))

    assert [p["limit"] for p in published("acceptance.overdue")] == ["prepare"]


def overdue(now):
    query = evidence.MetricQuery(CODE, END - timedelta(days=365), now, now)
    return days_overdue(query)


def test_overdue_days_are_facts_for_the_penalty():
    made.load_with_preparation()
    info = acceptance.request_acceptance(CODE, text="", by=SYSTEM, now=made.utc(2026, 9, 1, 2))

    found = overdue(made.utc(2026, 9, 10, 11))

    assert found.value == 3
    assert found.events[0].url == f"/acceptance/{info.id}/"


def test_silence_that_passed_is_not_an_overdue_day():
    made.accepted()

    assert overdue(DUE + timedelta(days=20)).value == 0


@pytest.mark.parametrize(("reason", "count"), [("", 1), ("服务未完成，附清单", 0)])
def test_a_refusal_without_a_reason_is_a_fact_for_the_penalty(reason, count):
    row = made.asked()

    made.do(row, "refuse", now=ASKED, text=reason)

    query = evidence.MetricQuery(CODE, END, ASKED, ASKED)
    assert refusals(query).value == count
    assert published("acceptance.refused")[0]["has_reason"] is bool(reason)


def test_every_act_is_kept_with_the_grade_of_its_side():
    made.accepted()

    kept = EvidenceRecord.objects.filter(kind__startswith="acceptance.")
    assert dict(kept.values_list("kind", "grade")) == {
        "acceptance.request": "D",
        "acceptance.accept": "C",
    }


def test_the_other_side_hears_of_a_request_and_of_the_end_coming():
    load_huaian()
    owner = user_in_role("client_owner")
    row = made.accepted()
    acceptance.watch(row.pk, now=DUE - timedelta(days=2))

    titles = list(Message.objects.filter(recipient=owner).values_list("title", flat=True))
    assert any("提出验收申请" in title for title in titles)
    assert any("验收将到期：组织验收" in title for title in titles)


class Run:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, text: str, *, level: str = "info") -> None:
        self.lines.append(f"{level} {text}")


def test_the_job_watches_every_open_acceptance(time_machine):
    made.accepted()
    time_machine.move_to(DUE + timedelta(minutes=3), tick=False)
    run = Run()

    watch_acceptances(run)

    assert Acceptance.objects.get().deemed_at == DUE
    assert "视为验收合格" in run.lines[0]


@pytest.mark.clause("C9")
def test_request_review_and_certificate_are_produced():
    row = made.accepted()
    hand_over(row)
    made.do(
        row, "organise", now=ASKED + timedelta(days=5), meeting_date="2026-09-10", panel=["王教授"]
    )
    made.do(row, "pass", now=ASKED + timedelta(days=6), text="验收合格")

    papers = {
        kind: acceptance.document(row.pk, kind) for kind in ("request", "review", "certificate")
    }

    assert [paper.title for paper in papers.values()] == ["验收申请书", "验收评审记录", "验收报告"]
    assert ("评审组", "王教授") in papers["review"].pairs
    assert ("结论", "验收合格") in papers["certificate"].pairs
    assert {line[1] for line in papers["certificate"].rows} == {"有"}


def test_an_accepted_contract_frees_the_stages_that_wait_for_it():
    row = made.accepted()
    acceptance.watch(row.pk, now=DUE + TICK)

    with time_machine.travel(DUE + timedelta(minutes=5), tick=False):
        drain_jobs()

    facts = assessment.stage_facts(CODE, as_of=DUE + timedelta(hours=1))
    assert [(fact.stage, fact.need, fact.day) for fact in facts] == [
        ("acceptance", "acceptance", date(2026, 10, 9))
    ]
