import pytest
from django.db import IntegrityError, transaction

from steward.core.organizations.models import Organization
from steward.data.quality.models import (
    BodyOutcome,
    CellChange,
    ChangeSet,
    CheckedTable,
    CleaningProject,
    CleaningRun,
    CleaningTable,
    LibraryRule,
    OrderSpell,
    PackUse,
    PackVersion,
    ProblemOrder,
    QualityRun,
    RuleOutcome,
    RulePack,
    RuleUse,
    RuleVersion,
)
from tests.factories.quality import checked, draft_rule
from tests.support import NOW

pytestmark = pytest.mark.django_db


def test_models_say_what_they_are():
    table, rule = CheckedTable(title="居民"), LibraryRule(name="手机号格式")
    run, place = QualityRun(pk=3, table=table), Organization(name="民政局")
    order = ProblemOrder(pk=7, table=table, organization=place)
    changes = ChangeSet(pk=2, order=order)
    cleaning = CleaningTable(source="ods.a", target="dwd.a")
    pack = RulePack(name="人口")
    rows = (
        table, rule, run, order, changes, cleaning, RuleVersion(rule=rule, number=2),
        RuleUse(table=table, rule=rule), RuleOutcome(run=run, name="唯一"),
        BodyOutcome(run=run, organization=place), CellChange(change_set=changes, column="姓名"),
        CleaningProject(name="临时"), CleaningRun(pk=4, table=cleaning),
        pack, PackVersion(pack=pack, number=2), PackUse(table=table, pack=pack),
        OrderSpell(order=order, opened_at=NOW),
    )  # fmt: skip

    words = [str(row) for row in rows]

    assert order.number == "ZL-000007"
    assert words == [
        "居民", "手机号格式", "居民 第 3 次检查", "民政局·居民问题数据", "民政局·居民问题数据 第 2 次整改",
        "ods.a → dwd.a", "手机号格式 第 2 版", "居民 手机号格式", "居民 第 3 次检查 唯一",
        "居民 第 3 次检查 民政局", "民政局·居民问题数据 第 2 次整改 姓名", "临时", "ods.a → dwd.a #4",
        "人口", "人口 第 2 版", "居民 人口", f"民政局·居民问题数据 {NOW:%Y-%m-%d}",
    ]  # fmt: skip


def test_a_table_has_one_open_run():
    table = checked()
    fields = {"table": table, "trigger": "manual", "state": "queued", "requested_by": "系统"}
    QualityRun.objects.create(**fields, requested_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        QualityRun.objects.create(**fields, requested_at=NOW)


def test_a_rule_has_one_open_version():
    rule = draft_rule(kind="mobile", column="手机号")

    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.create(
            rule=rule, number=2, definition={}, state="review", author="系统", created_at=NOW
        )


def test_a_pack_has_one_open_version():
    pack = RulePack.objects.create(code="people", name="人口", created_by="系统", created_at=NOW)
    fields = {"pack": pack, "text": "", "author": "系统", "created_at": NOW}
    PackVersion.objects.create(**fields, number=1, state="draft")

    with pytest.raises(IntegrityError), transaction.atomic():
        PackVersion.objects.create(**fields, number=2, state="review")


def test_an_order_is_open_once_at_a_time():
    table = checked()
    run = QualityRun.objects.create(
        table=table, trigger="manual", state="succeeded", requested_by="系统", requested_at=NOW
    )
    order = ProblemOrder.objects.create(
        table=table, organization_id=table.organization_id, run=run, state="open",
        failing_rows=1, opened_at=NOW, seen_at=NOW,
    )  # fmt: skip
    OrderSpell.objects.create(order=order, opened_at=NOW, failing_rows=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        OrderSpell.objects.create(order=order, opened_at=NOW, failing_rows=2)
