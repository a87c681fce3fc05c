import pyarrow as pa
import pytest

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.data.collection import api as collection
from steward.data.quality import api as quality
from steward.data.quality.models import (
    CheckedTable,
    LibraryRule,
    PackUse,
    PackVersion,
    RuleUse,
)
from steward.data.quality.pack_files import changes_in
from steward.data.quality.pack_trials import try_pack
from steward.engine.rules import offered_packs
from tests.factories.accounts import user_with
from tests.factories.quality import checked, lake_table, people, run
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db

FIRST = """
name: 居民规则
version: "2024"
key: [id]
columns: {registered: date}
tables: {名册: register}
rules:
  - {id: phone, name: 手机号, kind: mobile, column: mobile, severity: serious, remedy: 电话核实}
  - {id: name_filled, name: 姓名已填, kind: not_blank, column: name}
  - {id: 证号唯一, name: 证号唯一, kind: unique, columns: [card]}
  - {id: known, name: 在名册里, kind: exists_in, columns: [card], table: 名册}
"""
SECOND = """
name: 居民规则
version: "2025"
key: [id]
tables: {名册: register}
rules:
  - {id: phone, name: 手机号, kind: regex, column: mobile, pattern: "^1[0-9]{10}$", severity: notice}
  - {id: name_filled, name: 姓名已填, kind: not_blank, column: name}
  - {id: known, name: 在名册里, kind: exists_in, columns: [card], table: 名册}
  - {id: name_short, name: 姓名不长, kind: length, column: name, max: 3}
"""
COLUMNS = {"mobile": "手机号", "name": "姓名", "card": "证号"}


def imported(text: str = FIRST) -> quality.PackVersionInfo:
    return quality.register_pack(quality.PackDraft(code="residents", text=text), by=SYSTEM, now=NOW)


def approve(version: quality.PackVersionInfo, *, yes: bool = True) -> PackVersion:
    """Submitted by the system, decided by somebody else in one go."""
    boss = user_with("quality.rule.approve", "approvals.approval.view")
    sent = quality.submit_pack(version.id, by=SYSTEM, now=NOW)
    approvals.decide(
        sent.approval_id, approve=yes, comment="" if yes else "重写", by=actor_of(boss), now=NOW
    )
    drain_jobs()
    return PackVersion.objects.get(pk=version.id)


def put_on(table: CheckedTable, **fields) -> quality.PackUseInfo:
    draft = quality.PackUseDraft(code="residents", **({"columns": COLUMNS} | fields))
    return quality.use_pack(table.pk, draft, by=SYSTEM, now=NOW)


def reference(card_column: str = "card") -> str:
    """A table of the lake with the columns that the pack's own file speaks of."""
    name = lake_table([]).replace("居民", "名册")
    schema = pa.schema([(card_column, pa.string())])
    collection.lake().create(name, schema, keys=[card_column])
    rows = [{card_column: f"K{n}"} for n in range(1, 101) if n != 20]
    collection.lake().upsert(name, pa.Table.from_pylist(rows, schema).to_reader(), now=NOW)
    return name


def states(pack_version: int) -> set[str]:
    return set(
        PackVersion.objects.get(pk=pack_version).rule_versions.values_list("state", flat=True)
    )


def test_a_rule_file_becomes_drafts_of_one_group():
    version = imported()

    rules = LibraryRule.objects.filter(pack=version.pack_id)
    assert version.changes == dict.fromkeys(("phone", "name_filled", "证号唯一", "known"), "new")
    assert {rule.group for rule in rules} == {"居民规则"}
    assert [rule.code for rule in rules.order_by("pk")] == [
        "residents-phone", "residents-name-filled", "residents-r003", "residents-known",
    ]  # fmt: skip
    assert states(version.id) == {"draft"}


def test_one_review_by_somebody_else_brings_every_rule_into_force():
    version = imported()

    row = approve(version)

    assert (row.state, states(version.id)) == ("approved", {"approved"})


def test_the_author_cannot_approve_the_own_pack():
    author = user_with("quality.rule.change", "quality.rule.approve", "approvals.approval.view")
    by = actor_of(author)
    user_with("quality.rule.approve")
    draft = quality.PackDraft(code="residents", text=FIRST)
    version = quality.register_pack(draft, by=by, now=NOW)
    sent = quality.submit_pack(version.id, by=by, now=NOW)

    with pytest.raises(approvals.NotApproverError):
        approvals.decide(sent.approval_id, approve=True, by=by, now=NOW)

    assert states(version.id) == {"review"}


def test_a_refused_pack_leaves_nothing_in_force():
    version = imported()

    row = approve(version, yes=False)

    assert (row.state, states(version.id)) == ("rejected", {"rejected"})


def test_a_faulty_file_is_refused_with_every_line():
    text = FIRST.replace("kind: mobile", "kind: mobil").replace("column: name}", "colum: name}")

    with pytest.raises(quality.InvalidRuleError) as caught:
        imported(text)

    assert "第 8 行" in caught.value.message
    assert "第 9 行" in caught.value.message
    assert not LibraryRule.objects.exists()


def test_the_same_file_again_is_refused():
    approve(imported())

    with pytest.raises(quality.RuleStateError, match="内容与在用的版本相同"):
        imported()


def test_a_pack_is_put_on_a_table_with_columns_and_tables_mapped():
    approve(imported())
    table, known = checked(), reference()

    info = put_on(table, tables={"名册": known})
    found = run(table)

    failing = {row.use.rule.pack_rule: row.failing for row in found.outcomes.all()}
    assert (info.rules, info.skipped) == (4, ())
    assert failing == {"phone": 7, "name_filled": 5, "证号唯一": 6, "known": 6}
    assert RuleUse.objects.get(rule__pack_rule="phone").severity == "serious"


def test_the_reference_table_keeps_its_own_column_names():
    approve(imported())
    table, known = checked(), reference()

    put_on(table, tables={"名册": known})

    use = RuleUse.objects.get(rule__pack_rule="known")
    assert (use.mapping, use.tables) == ({"card": "证号"}, {"名册": known})


def test_what_has_no_counterpart_is_named_all_at_once():
    approve(imported())

    with pytest.raises(quality.InvalidTableError, match="列“mobile”“name”“card”在表里没有对应的列"):
        put_on(checked(), columns={})


def test_a_reference_table_that_is_not_collected_is_named():
    approve(imported())

    with pytest.raises(quality.InvalidTableError, match="对照的表“名册”还没有归集"):
        put_on(checked())


def test_what_the_table_does_not_have_leaves_its_rules_out_and_says_so():
    approve(imported())

    info = put_on(checked(), columns=COLUMNS | {"mobile": ""}, tables={"名册": ""})

    assert (info.rules, dict(info.skipped)) == (
        2,
        {"手机号": "表里没有列“mobile”", "在名册里": "没有对照的表“名册”"},
    )


def test_types_of_the_pack_become_types_of_the_table():
    approve(imported(FIRST.replace("registered: date", "card: date")))
    rows = [row | {"证号": "2024-01-31"} for row in people()]
    table = checked(lake_table(rows))

    put_on(table, tables={"名册": ""})

    table.refresh_from_db()
    assert table.types == {"证号": "date"}


def test_a_newer_edition_says_rule_by_rule_what_it_changes():
    approve(imported())

    version = imported(SECOND)

    changes = {item.id: item for item in changes_in(PackVersion.objects.get(pk=version.id))}
    assert version.changes == {
        "phone": "changed", "name_filled": "same", "known": "same", "name_short": "new",
        "证号唯一": "gone",
    }  # fmt: skip
    assert changes["phone"].lines == [
        ("类型", "手机号码（mobile）", "正则表达式（regex）"),
        ("级别", "严重", "提示"),
        ("整改建议", "电话核实", ""),
        ("正则表达式（RE2、POSIX、Java 的公共部分）", "", "^1[0-9]{10}$"),
    ]


def test_a_newer_edition_is_tried_on_the_tables_before_it_is_in_force():
    approve(imported())
    table = checked()
    put_on(table, tables={"名册": reference()})
    run(table)
    version = imported(SECOND)

    (found,) = try_pack(PackVersion.objects.get(pk=version.id), [table], now=NOW)

    by_rule = {item.use.rule.pack_rule: (item.before, item.after) for item in found.trials}
    assert by_rule == {"phone": (7, 7), "name_short": (None, 91), "证号唯一": (6, None)}
    assert (found.newly, found.freed) == (91, 6)
    assert RuleUse.objects.filter(table=table).count() == 4


def test_an_approved_edition_follows_on_every_table_that_uses_the_pack():
    approve(imported())
    table = checked()
    put_on(table, tables={"名册": reference()})

    approve(imported(SECOND))
    found = run(table)

    failing = {row.use.rule.pack_rule: row.failing for row in found.outcomes.all()}
    assert failing == {"phone": 7, "name_filled": 5, "known": 6, "name_short": 91}
    assert LibraryRule.objects.get(pack_rule="证号唯一").is_retired
    assert RuleUse.objects.get(rule__pack_rule="phone").severity == "notice"


def test_a_level_that_the_table_chose_itself_stays():
    approve(imported())
    table = checked()
    put_on(table, tables={"名册": reference()})
    RuleUse.objects.filter(rule__pack_rule="phone").update(severity="normal")

    approve(imported(SECOND))

    assert RuleUse.objects.get(rule__pack_rule="phone").severity == "normal"


def test_a_better_draft_takes_the_place_of_the_open_one():
    imported()

    version = imported(SECOND)

    assert PackVersion.objects.count() == 1
    assert version.changes["name_short"] == "new"
    assert not LibraryRule.objects.filter(pack_rule="证号唯一").exists()


def test_an_edition_in_review_is_not_replaced():
    user_with("quality.rule.approve")
    quality.submit_pack(imported().id, by=SYSTEM, now=NOW)

    with pytest.raises(quality.RuleStateError, match="第 1 版正在审核"):
        imported(SECOND)


def test_a_rule_of_a_pack_is_not_submitted_alone():
    version = imported()
    draft = PackVersion.objects.get(pk=version.id).rule_versions.first()

    with pytest.raises(quality.RuleStateError, match="随规则包一起审核"):
        quality.submit_version(draft.pk, by=SYSTEM, now=NOW)


def test_every_pack_that_the_platform_brings_can_be_imported():
    offers = offered_packs()

    counts = [
        len(
            quality.register_pack(
                quality.PackDraft(code=offer.code, text=offer.text(), name=offer.name),
                by=SYSTEM,
                now=NOW,
            ).changes
        )
        for offer in offers
    ]

    assert [offer.code for offer in offers] == [
        f"linlitong-{name}" for name in ("home", "household", "person", "place", "vehicle")
    ]
    assert sum(counts) >= 60


def test_mapping_again_moves_the_rules_to_the_new_columns():
    approve(imported())
    table, known = checked(), reference()
    put_on(table, tables={"名册": known})

    put_on(table, columns=COLUMNS | {"card": "姓名"}, tables={"名册": known})

    assert PackUse.objects.count() == 1
    assert RuleUse.objects.filter(table=table).count() == 4
    assert RuleUse.objects.get(rule__pack_rule="known").mapping == {"card": "姓名"}
