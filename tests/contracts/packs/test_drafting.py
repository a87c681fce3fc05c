"""Terms on their way: checked at once, confirmed by a second person, installed as a version."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from steward.contracts.packs import api as packs
from steward.contracts.packs import drafting
from steward.contracts.packs.models import PackDraft
from steward.core.audit.models import AuditEntry
from steward.core.calendars import api as calendars
from steward.kernel.actors import Actor
from tests.contracts.support import AFTER, CODE, amended, load_huaian, pack_text
from tests.factories.accounts import UserFactory
from tests.factories.packs import PackDraftFactory

pytestmark = pytest.mark.django_db

STRICTER = ("deduct: 2, grouping: event", "deduct: 3, grouping: event")
AMENDMENT = amended(STRICTER, effective="2026-03-01")
BROKEN = amended(STRICTER, ("maximum: 100", "maximum: 90"), effective="2026-03-01")


def actor() -> Actor:
    user = UserFactory.create()
    return Actor(user.pk, user.name)


@pytest.fixture
def author() -> Actor:
    load_huaian()
    return actor()


def started(text: str, by: Actor) -> int:
    return drafting.start_draft(text, file="补充协议.yaml", by=by, now=AFTER)


def submitted(text: str, by: Actor) -> int:
    draft = started(text, by)
    drafting.submit_draft(draft, reason="补充协议（一）", by=by, now=AFTER)
    return draft


def decide(draft: int, by: Actor, *, agree: bool = True, note: str = "与纸质一致") -> int | None:
    return drafting.decide_draft(draft, agree=agree, note=note, by=by, now=AFTER)


def numbers() -> list[int]:
    return [version.number for version in packs.versions_of(CODE)]


@pytest.mark.clause("C1")
def test_a_confirmed_draft_is_the_next_version_with_its_effective_date(author):
    draft = submitted(AMENDMENT, author)

    number = decide(draft, actor())

    assert number == 2
    assert packs.versions_of(CODE)[0].effective_date == date(2026, 3, 1)
    assert PackDraft.objects.get().state == "installed"


def test_nothing_is_in_force_before_the_second_person_confirms(author):
    submitted(AMENDMENT, author)

    assert numbers() == [1]


def test_the_author_may_not_confirm(author):
    draft = submitted(AMENDMENT, author)

    with pytest.raises(drafting.FourEyesError, match="请由另一人确认"):
        decide(draft, author)

    assert numbers() == [1]


def test_the_platform_itself_may_not_confirm(author):
    draft = submitted(AMENDMENT, author)

    with pytest.raises(drafting.FourEyesError):
        decide(draft, Actor.system())


@pytest.mark.clause("C1")
def test_a_draft_that_cannot_be_scored_is_kept_but_never_submitted(author):
    draft = started(BROKEN, author)

    with pytest.raises(drafting.DraftStateError, match="还有错误"):
        drafting.submit_draft(draft, reason="补充协议", by=author, now=AFTER)

    verdict = drafting.verdict_of(PackDraft.objects.get().source, file="x.yaml")
    assert not verdict.is_fit
    assert [problem.path for problem in verdict.problems] == ["assessment.groups"]
    assert numbers() == [1]


def test_a_draft_that_another_amendment_overtook_is_not_installed(author):
    draft = submitted(AMENDMENT, author)
    other = amended(("deduct: 2, grouping: event", "deduct: 4, grouping: event"),
                    effective="2026-03-01")  # fmt: skip
    packs.load_pack(other, file="另一份.yaml", by=author, now=AFTER)

    with pytest.raises(packs.PackConflictError, match=r"version\.amends: 2"), transaction.atomic():
        decide(draft, actor())

    assert numbers() == [2, 1]
    assert PackDraft.objects.get().state == "submitted"


def test_a_refused_draft_goes_back_and_may_be_changed_and_sent_again(author):
    draft = submitted(AMENDMENT, author)

    decide(draft, actor(), agree=False, note="缺附件")
    drafting.rewrite_draft(draft, AMENDMENT + "\n", by=author, now=AFTER)
    drafting.submit_draft(draft, reason="已补附件", by=author, now=AFTER)

    assert PackDraft.objects.get().state == "submitted"
    assert numbers() == [1]


def test_a_submitted_draft_is_changed_only_after_it_was_taken_back(author):
    draft = submitted(AMENDMENT, author)

    with pytest.raises(drafting.DraftStateError, match="待确认，不能再修改"):
        drafting.rewrite_draft(draft, "format: 1", by=author, now=AFTER)
    drafting.withdraw_draft(draft, by=author, now=AFTER)
    drafting.rewrite_draft(draft, "format: 1\n", by=author, now=AFTER)

    assert PackDraft.objects.get().source == "format: 1\n"


def test_another_person_may_not_change_or_send_a_draft(author):
    draft = started(AMENDMENT, author)

    with pytest.raises(drafting.DraftStateError, match="只有起草人"):
        drafting.rewrite_draft(draft, "x", by=actor(), now=AFTER)
    with pytest.raises(drafting.DraftStateError, match="只有起草人"):
        drafting.submit_draft(draft, reason="x", by=actor(), now=AFTER)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed_on_both_sides(author, reason):
    draft = started(AMENDMENT, author)

    with pytest.raises(drafting.DraftStateError, match="理由与依据"):
        drafting.submit_draft(draft, reason=reason, by=author, now=AFTER)
    drafting.submit_draft(draft, reason="补充协议", by=author, now=AFTER)
    with pytest.raises(drafting.DraftStateError, match="意见"):
        decide(draft, actor(), note=reason)


def test_terms_that_change_nothing_are_not_submitted(author):
    verdict = drafting.verdict_of(amended(effective="2026-03-01"), file="x.yaml")

    assert "内容相同" in verdict.conflict


def test_the_draft_of_an_amendment_begins_with_the_newest_terms(author):
    text = drafting.amendment_text(CODE, today=date(2026, 1, 10))

    assert "effective: 2026-01-11\n  amends: 1\n" in text
    assert text.replace('reason: ""', "reason: 补充协议").count("reason:") == 1
    [problem] = drafting.verdict_of(text, file="x.yaml").problems
    assert problem.path == "version"


@pytest.mark.parametrize(
    ("today", "effective"), [("2020-01-01", "2025-08-29"), ("2030-01-01", "2026-08-28")]
)
def test_an_amendment_begins_within_the_term(author, today, effective):
    text = drafting.amendment_text(CODE, today=date.fromisoformat(today))

    assert f"effective: {effective}\n" in text


def test_a_first_contract_goes_the_same_way():
    calendars.seed()

    number = decide(submitted(pack_text(), actor()), actor())

    assert (number, numbers()) == (1, [1])


def test_every_step_is_audited(author):
    decide(submitted(AMENDMENT, author), actor())

    codes = set(AuditEntry.objects.values_list("code", flat=True))
    assert {"packs.draft.started", "packs.draft.submitted", "packs.draft.confirmed"} <= codes


def test_the_database_keeps_the_four_eyes(author):
    draft = PackDraftFactory.create(author_id=author.user_id)

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        PackDraft.objects.filter(pk=draft.pk).update(decided_by_id=author.user_id)


def test_an_installed_draft_names_its_version():
    with pytest.raises(IntegrityError, match="installed_version"), transaction.atomic():
        PackDraftFactory.create(state="installed")
