import pytest

from steward.core.findings.models import Finding
from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue, SurveyGap
from steward.data.catalog.surveying import guess_length, guess_sensitivity, guess_type
from steward.data.sources import api as sources
from tests.data.sources.test_services import run as execute
from tests.factories.catalog import provider, system_of
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    execute(
        url,
        "CREATE TABLE person (id int PRIMARY KEY, sfzh varchar(18), xm text, changed timestamp)",
        "COMMENT ON TABLE person IS '低保对象信息'",
        "COMMENT ON COLUMN person.sfzh IS '身份证号'",
        "COMMENT ON COLUMN person.xm IS '姓名'",
        "CREATE TABLE log (id int)",
    )
    return url


@pytest.fixture
def source(url):
    row = source_at(url, organization_id=provider().id)
    sources.survey_source(row.pk, by=SYSTEM, now=NOW)
    return row


@pytest.fixture
def system(source):
    return system_of(source.organization_id, source_id=source.pk)


def gaps():
    return {(gap.table, gap.column, gap.kind) for gap in SurveyGap.objects.filter(state="open")}


def test_a_draft_is_made_from_a_live_table(source, system):
    row = catalog.catalogue_table(source.pk, "public.person", system.pk, by=SYSTEM, now=NOW)

    items = [
        (item.code, item.name, item.type, item.length, item.sensitivity, item.is_key)
        for item in row.items.all()
    ]
    assert (row.name, row.state) == ("低保对象信息", "draft")
    assert items == [
        ("id", "", "I", None, "L1", True),
        ("sfzh", "身份证号", "C", 18, "L3", False),
        ("xm", "姓名", "M", None, "L2", False),
        ("changed", "", "T", None, "L1", False),
    ]


def test_a_survey_names_what_is_not_catalogued_what_is_gone_and_what_changed(source, system, url):
    catalog.catalogue_table(source.pk, "public.person", system.pk, by=SYSTEM, now=NOW)
    before = gaps()
    execute(
        url,
        "ALTER TABLE person ADD phone text",
        "ALTER TABLE person DROP changed",
        "ALTER TABLE person ALTER sfzh TYPE text",
    )

    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    drain_jobs()

    assert before == {("public.log", "", "table_unlisted")}
    assert gaps() == before | {
        ("public.person", "phone", "column_unlisted"),
        ("public.person", "changed", "column_gone"),
        ("public.person", "sfzh", "type_changed"),
    }
    finding = Finding.objects.get(fingerprint=f"survey:{source.pk}")
    assert "4 处不一致" in finding.title


def test_a_vanished_table_is_named_and_one_that_is_put_right_closes_the_finding(
    source, system, url
):
    row = catalog.catalogue_table(source.pk, "public.person", system.pk, by=SYSTEM, now=NOW)
    execute(url, "ALTER TABLE person ADD phone text", "DROP TABLE log")
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    drain_jobs()
    gap = SurveyGap.objects.get(state="open")

    catalog.take_over(gap.pk, by=SYSTEM, now=NOW)
    merged = [(item.code, item.sensitivity) for item in row.items.all()]
    after_merge = gaps()
    state = Finding.objects.get(fingerprint=f"survey:{source.pk}").state
    execute(url, "DROP TABLE person")
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    drain_jobs()

    assert merged[-1] == ("phone", "L3")
    assert (after_merge, state) == (set(), "closed")
    assert gaps() == {("public.person", "", "table_gone")}


def test_a_table_is_left_out_with_a_reason_and_stays_out(source, system):
    catalog.compare_source(source.pk, now=NOW)
    gap = SurveyGap.objects.get(table="public.log")

    with pytest.raises(catalog.InvalidCatalogueError, match="理由"):
        catalog.ignore_gap(gap.pk, reason="", by=SYSTEM, now=NOW)
    catalog.ignore_gap(gap.pk, reason="系统日志，无业务数据", by=SYSTEM, now=NOW)
    catalog.compare_source(source.pk, now=NOW)

    assert gaps() == {("public.person", "", "table_unlisted")}
    assert SurveyGap.objects.get(table="public.log").state == "ignored"


def test_one_table_is_catalogued_once(source, system):
    catalog.catalogue_table(source.pk, "public.person", system.pk, by=SYSTEM, now=NOW)

    with pytest.raises(catalog.CatalogueStateError, match="已编目"):
        catalog.catalogue_table(source.pk, "public.person", system.pk, by=SYSTEM, now=NOW)

    assert Catalogue.objects.count() == 1


@pytest.mark.parametrize(
    ("type_", "expected"),
    [("character varying(20)", "C"), ("integer", "I"), ("bigint unsigned", "I"), ("date", "D"),
     ("datetime(6)", "T"), ("timestamp with time zone", "T"), ("numeric(10,2)", "N"),
     ("tinyint(1)", "I"), ("longtext", "M"), ("double precision", "B"), ("boolean", "L"),
     ("jsonb", "G"), ("float", "F")],
)  # fmt: skip
def test_types_of_databases_are_those_of_the_guide(type_, expected):
    assert guess_type(type_) == expected


@pytest.mark.parametrize(
    ("name", "comment", "expected"),
    [("sfzh", "身份证号", "L3"), ("xm", "", "L2"), ("a", "登录密码", "L4"), ("id", "编号", "L1"),
     ("mobile", "", "L3"), ("cs", "出生日期", "L2")],
)  # fmt: skip
def test_a_level_is_guessed_by_what_a_column_is_called(name, comment, expected):
    assert guess_sensitivity(name, comment) == expected


def test_the_length_is_that_of_the_type():
    assert [guess_length(t) for t in ("varchar(18)", "character varying(30)", "text")] == [
        18, 30, None,
    ]  # fmt: skip


def test_the_first_reading_of_a_database_is_compared_at_once(source, system):
    drain_jobs()

    assert {gap.table for gap in SurveyGap.objects.all()} == {"public.person", "public.log"}
