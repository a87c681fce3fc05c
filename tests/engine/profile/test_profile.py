"""Counts, shapes, keys of a table, and the rules it suggests."""

from datetime import date

import pyarrow as pa
import pytest

from steward.engine.lake.duck import open_session
from steward.engine.lake.errors import DamagedFileError
from steward.engine.profile.run import profile
from steward.engine.profile.suggest import as_yaml, suggest
from steward.engine.rules.load import build_rules, parse_rules


def profiled(**columns):
    with open_session() as session:
        session.register("t", pa.table(columns))
        return profile(session, "t", name="人口")


def column(**columns):
    return profiled(**columns).columns[0]


def test_counts_are_exact():
    found = column(a=["x", "x", " ", "", None, "长长"])

    assert (found.rows, found.nulls, found.blank, found.distinct) == (6, 1, 2, 4)
    assert (found.shortest, found.longest) == (0, 2)
    assert found.frequent[0].text == "x"


def test_least_and_most_follow_the_type():
    found = profiled(n=[10, 9, None], d=[date(2024, 1, 2), None, date(1999, 1, 1)])

    assert [(c.minimum, c.maximum) for c in found.columns] == [
        ("9", "10"),
        ("1999-01-01", "2024-01-02"),
    ]


def test_numbers_that_are_kept_as_text_are_ordered_as_numbers():
    found = profiled(n=["9", "10", "-3"], d=["9.99", "77.76", "0.10"])

    assert [(c.minimum, c.maximum) for c in found.columns] == [("-3", "10"), ("0.10", "77.76")]


def test_shapes_of_values_are_counted():
    found = column(a=["330801", "330802", "浙H12345", "浙A-1"])

    assert [(value.text, value.rows) for value in found.patterns] == [
        ("9{6}", 2),
        ("中A-9", 1),
        ("中A9{5}", 1),
    ]


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("33080219900101123X", "citizen_id"),
        ("91330802MA2DXXXX1X", "social_credit_code"),
        ("13812345678", "mobile"),
        ("a.b@c.gov.cn", "email"),
        ("浙HD12345", "plate"),
        ("2024-01-02 08:00:00", "datetime"),
        ("2024年1月2日", "date"),
        ("20240102", "date"),
        ("330802", "region_code"),
        ("0570-3012345", "phone"),
        ("-12", "integer"),
        ("0.5", "decimal"),
        ("甲", ""),
    ],
)
def test_what_values_look_like_is_found(value, content):
    assert column(a=[value] * 9 + ["？"]).content == content


def test_single_columns_that_identify_a_row_are_keys():
    found = profiled(id=[1, 2, 3], name=["a", "a", "b"], code=["x", "y", "z"])

    assert found.keys == (("id",), ("code",))


def test_pairs_are_keys_only_where_no_single_column_is():
    found = profiled(a=[1, 1, 2, 2], b=["x", "y", "x", "y"], c=["p", "p", "p", "q"])

    assert found.keys == (("a", "b"),)


def test_an_empty_table_has_a_profile():
    found = profiled(a=pa.array([], pa.string()))

    assert (found.rows, found.keys, found.columns[0].distinct) == (0, (), 0)
    assert suggest(found)["rules"] == []


def test_columns_of_any_type_have_a_profile():
    found = profiled(l=[[1], [1], None], s=[{"a": 1}, {"a": 2}, None], b=[b"x", b"y", None])

    assert [c.distinct for c in found.columns] == [1, 2, 2]


def people(rows=100):
    return profiled(
        id=[f"{n:06}" for n in range(rows)],
        gender=["男", "女"] * (rows // 2),
        phone=["13812345678"] * (rows - 1) + ["x"],
        born=["2000-01-02"] * rows,
        note=[None] * rows,
    )


def test_rules_are_suggested_that_the_rule_engine_accepts():
    found = suggest(people())

    rules = build_rules(found).rules

    assert {(rule.kind, getattr(rule.parameters, "column", "")) for rule in rules} == {
        ("not_blank", "id"),
        ("length", "id"),
        ("not_blank", "gender"),
        ("in_dictionary", "gender"),
        ("not_blank", "phone"),
        ("mobile", "phone"),
        ("not_blank", "born"),
        ("date_parses", "born"),
        ("unique", ""),
    }


def test_suggested_rules_survive_yaml():
    found = suggest(people())

    assert parse_rules(as_yaml(found)).rules == build_rules(found).rules


def test_a_truncated_file_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + b"x" * 50)

    with open_session() as session, pytest.raises(DamagedFileError, match="人口"):
        profile(session, f"read_parquet('{path}')", name="人口")
