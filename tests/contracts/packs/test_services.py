"""Loading packs: once, checked first, amended by versions that take effect on a date."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.contracts.packs.models import ContractVersion
from steward.core.audit.models import AuditEntry
from steward.core.calendars import api as calendars
from steward.core.organizations import api as organizations
from steward.desk.tickets.models import PolicyVersion
from steward.site.cli import run_command
from tests.contracts.support import (
    AFTER,
    CODE,
    START,
    Happening,
    Year,
    amended,
    load_huaian,
    pack_text,
    year,
)
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

STRICTER = ("deduct: 2, grouping: event", "deduct: 3, grouping: event")
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def amend(text: str, *, now: datetime = MARCH) -> packs.VersionInfo:
    return packs.load_pack(text, file="补充协议.yaml", by=SYSTEM, now=now)


@pytest.mark.clause("C1")
def test_a_loaded_contract_has_its_first_version_and_its_sla_in_the_desk():
    version = load_huaian()

    contract = packs.get(CODE)
    policy = PolicyVersion.objects.get(contract=CODE)
    assert (version.number, version.effective_date) == (1, date(2025, 8, 29))
    assert contract.amount == Decimal("1342000.00")
    assert policy.rules.count() == 11
    assert policy.rules.get(code="major-respond").spec["target"] == 30


def test_loading_the_same_pack_again_changes_nothing():
    first = load_huaian()

    again = load_huaian(now=AFTER)

    assert again == first
    assert ContractVersion.objects.count() == 1
    assert PolicyVersion.objects.count() == 1


@pytest.mark.clause("C1")
def test_a_pack_that_cannot_be_scored_never_replaces_one_that_can():
    load_huaian()
    broken = amended(STRICTER, ("maximum: 100", "maximum: 90"), effective="2026-03-01")

    with pytest.raises(packs.PackInvalidError, match="合计 100 分"):
        amend(broken)

    assert len(packs.versions_of(CODE)) == 1
    assert PolicyVersion.objects.count() == 1


@pytest.mark.clause("C1")
def test_an_amendment_scores_from_its_date_and_the_past_stays_with_the_old_terms():
    load_huaian()
    amend(amended(STRICTER, effective="2026-03-01"))

    with year(Year(happenings=[Happening("breach", day=20)])):
        february = assessment.score(CODE, as_of=MARCH - timedelta(days=20), now=AFTER)
        april = assessment.score(CODE, as_of=MARCH + timedelta(days=40), now=AFTER)

    assert (february.version, february.indicator("efficiency").points) == (1, 8)
    assert (april.version, april.indicator("efficiency").points) == (2, 7)


def test_an_amendment_that_is_loaded_later_does_not_reach_back_into_what_was_scored():
    load_huaian()
    before = MARCH + timedelta(days=10)
    amend(amended(STRICTER, effective="2026-03-01"), now=MARCH + timedelta(days=30))

    result = assessment.score(CODE, as_of=before, now=AFTER)

    assert result.version == 1


def test_the_differences_name_exactly_what_changed():
    load_huaian()
    amend(amended(STRICTER, effective="2026-03-01"))

    rows = {row.path: (row.before, row.after) for row in packs.difference(CODE, 1, 2)}

    path = "assessment.groups[operation].indicators[efficiency].rule.deduct"
    assert rows[path] == ("2", "3")
    assert rows["version.effective"] == ("2025-08-29", "2026-03-01")
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (lambda: pack_text().replace("maximum: 100", "maximum: 100.0").replace("points: 20", "points: 20.00").replace("deduct: 2, grouping", "deduct: 3, grouping"), "version.amends: 1"),
        (lambda: amended(STRICTER, effective="2026-03-01", amends=7), "version.amends: 1"),
    ],
)  # fmt: skip
def test_a_change_that_does_not_follow_is_refused_in_words(text, says):
    load_huaian()

    with pytest.raises(packs.PackConflictError, match=says):
        amend(text())


def test_an_amendment_may_not_take_effect_before_the_version_it_amends():
    load_huaian()
    amend(amended(STRICTER, effective="2026-03-01"))
    earlier = amended(effective="2026-02-01", amends=2)

    with pytest.raises(packs.PackConflictError, match="不能追溯"):
        amend(earlier)


def test_an_amendment_without_its_contract_is_refused():
    calendars.seed()

    with pytest.raises(packs.PackConflictError, match="先载入原合同"):
        amend(amended(effective="2026-03-01"))


def test_a_version_is_never_changed_or_removed():
    load_huaian()

    with pytest.raises(DatabaseError), transaction.atomic():
        ContractVersion.objects.update(reason="改写")
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractVersion.objects.all().delete()


def test_loading_is_audited_with_its_version():
    load_huaian()

    entry = AuditEntry.objects.get(code="packs.version.installed")
    assert "第 1 版" in entry.sentence


def test_a_contract_is_unknown_in_words():
    with pytest.raises(packs.UnknownContractError, match="没有编码为“nowhere”的合同"):
        packs.get("nowhere")


def test_the_commands_check_and_load_a_file(tmp_path, capsys):
    calendars.seed()
    file = tmp_path / "huaian.yaml"
    file.write_text(pack_text(), encoding="utf-8")

    call_command("checkpack", str(file))
    call_command("loadpack", str(file))

    told = capsys.readouterr().out
    assert "检查通过" in told
    assert "第 1 版" in told


def test_the_command_tells_every_mistake_of_a_wrong_file(tmp_path):
    calendars.seed()
    file = tmp_path / "wrong.yaml"
    file.write_text(pack_text().replace("due: signing", "due: later"), encoding="utf-8")

    with pytest.raises(CommandError, match=r"wrong\.yaml:\d+:\d+ payment\.stages\[0\]\.due"):
        call_command("loadpack", str(file))


def test_a_missing_file_is_told_in_words():
    with pytest.raises(CommandError, match="找不到合同包文件"):
        call_command("loadpack", "nowhere.yaml")


def test_the_score_command_prints_the_table_and_the_money(capsys, monkeypatch):
    monkeypatch.setattr("steward.site.cli.prepare_database", lambda: None)
    load_huaian()

    with year(Year()):
        run_command("score", [CODE, "--as-of", START.replace(month=12).isoformat()])

    assert "应付 ¥" in capsys.readouterr().out


def test_loading_again_finds_a_client_that_was_entered_later():
    load_huaian()
    new = organizations.NewOrganization(code="huaian-dsj", name="大数据管理中心")
    client = organizations.create(new, by=SYSTEM, now=START)

    load_huaian(now=AFTER)

    assert packs.get(CODE).client_organization_id == client.id


def test_a_shipped_amendment_is_loaded_after_its_contract(tmp_path):
    calendars.seed()
    (tmp_path / f"{CODE}.2.yaml").write_text(amended(STRICTER, effective="2026-03-01"), "utf-8")
    (tmp_path / f"{CODE}.yaml").write_text(pack_text(), "utf-8")

    version = packs.load_library_pack(CODE, by=SYSTEM, now=AFTER, folder=tmp_path)
    again = packs.load_library_pack(CODE, by=SYSTEM, now=AFTER, folder=tmp_path)

    assert (version.number, version.effective_date) == (2, date(2026, 3, 1))
    assert again == version
    assert ContractVersion.objects.count() == 2


def test_a_shipped_amendment_that_cannot_be_scored_loads_nothing_at_all(tmp_path):
    calendars.seed()
    broken = amended(STRICTER, ("maximum: 100", "maximum: 90"), effective="2026-03-01")
    (tmp_path / f"{CODE}.yaml").write_text(pack_text(), "utf-8")
    (tmp_path / f"{CODE}.2.yaml").write_text(broken, "utf-8")

    with pytest.raises(packs.PackInvalidError, match=rf"{CODE}\.2\.yaml"):
        packs.load_library_pack(CODE, by=SYSTEM, now=AFTER, folder=tmp_path)

    assert not ContractVersion.objects.exists()


@pytest.mark.clause("C1")
def test_the_command_never_replaces_a_pack_by_one_that_cannot_be_scored(tmp_path):
    load_huaian()
    file = tmp_path / "补充协议.yaml"
    file.write_text(
        amended(STRICTER, ("maximum: 100", "maximum: 90"), effective="2026-03-01"), "utf-8"
    )

    with pytest.raises(CommandError, match="合计 100 分"):
        call_command("loadpack", str(file))

    assert [version.number for version in packs.versions_of(CODE)] == [1]


def test_the_check_command_tells_hints_too(tmp_path, capsys):
    calendars.seed()
    file = tmp_path / "huaian.yaml"
    file.write_text(pack_text().replace("kind: threshold", "kind: fixed"), encoding="utf-8")

    call_command("checkpack", str(file))

    assert "提示 huaian.yaml:" in capsys.readouterr().out
