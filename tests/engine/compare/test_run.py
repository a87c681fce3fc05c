"""Counts, masks, keys, tolerance, classes and files of a comparison."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.compare.run import compare
from steward.engine.compare.spec import (
    SUPPLEMENT,
    UNCLASSIFIED,
    VERIFICATION,
    ClassRule,
    CompareSpec,
    InvalidSpecError,
    Pair,
    pair,
)
from steward.engine.lake.duck import Limits, open_session
from steward.engine.lake.errors import DamagedFileError, MissingColumnError


@pytest.fixture(scope="module")
def session():
    with open_session(Limits(memory="512MB", threads=1)) as opened:
        yield opened


def run(session, left, right, *, output=None, **spec):
    session.register("l", pa.Table.from_pylist(left) if isinstance(left, list) else left)
    session.register("r", pa.Table.from_pylist(right) if isinstance(right, list) else right)
    spec.setdefault("keys", (pair("id"),))
    return compare(session, ("l", "r"), CompareSpec(**spec), output=output)


def test_each_row_falls_in_exactly_one_outcome(session):
    left = [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}, {"id": 3, "a": "z"}]
    right = [{"id": 1, "a": "x"}, {"id": 2, "a": "Y"}, {"id": 4, "a": "w"}]

    found = run(session, left, right)

    assert (found.same, found.different, found.left.only, found.right.only) == (1, 1, 1, 1)
    assert found.columns == {"a": 1}
    assert not found.equal


def test_equal_tables_are_equal(session):
    rows = [{"id": 1, "a": None}, {"id": 2, "a": "y"}]

    found = run(session, rows, list(reversed(rows)))

    assert found.equal
    assert found.same == 2


def test_a_missing_value_differs_from_a_value_and_not_from_a_missing_value(session):
    left = [{"id": 1, "a": None, "b": "1"}, {"id": 2, "a": None, "b": "1"}]
    right = [{"id": 1, "a": "v", "b": "1"}, {"id": 2, "a": None, "b": "1"}]

    found = run(session, left, right)

    assert (found.same, found.columns) == (1, {"a": 1, "b": 0})


def test_duplicate_keys_are_counted_apart_on_both_sides(session):
    left = [{"id": 1, "a": "x"}, {"id": 1, "a": "x"}, {"id": 2, "a": "y"}]
    right = [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}, {"id": 5, "a": "1"}, {"id": 5, "a": "2"}]

    found = run(session, left, right)

    assert found.duplicate_keys == 2
    assert found.left.duplicate_key_rows == 2
    assert found.right.duplicate_key_rows == 3
    assert (found.same, found.left.only, found.right.only) == (1, 0, 0)


def test_rows_without_a_complete_key_are_counted_apart(session):
    left = [
        {"k": "a", "m": "1", "v": 1},
        {"k": "a", "m": None, "v": 1},
        {"k": " ", "m": "1", "v": 1},
    ]
    right = [{"k": "a", "m": "1", "v": 1}, {"k": None, "m": None, "v": 2}]

    found = run(session, left, right, keys=(pair("k"), pair("m")))

    assert (found.left.null_key_rows, found.right.null_key_rows, found.same) == (2, 1, 1)


def test_columns_may_have_other_names_on_the_right(session):
    left = [{"身份证号": "33", "姓名": "甲"}]
    right = [{"idcard": "33", "name": "乙"}]

    found = run(session, left, right, keys=(pair("身份证号=idcard"),), columns=(pair("姓名=name"),))

    assert found.columns == {"姓名": 1}


@pytest.mark.parametrize(
    ("left", "right", "codes"),
    [
        ("张三 ", "　张三", ("trim",)),
        ("张 三", "张三", ("spaces",)),
        ("ＡＢ１２", "AB12", ("full_width",)),
        ("33080119900101123x", "33080119900101123X", ("case",)),
        ("2024年3月5日", "2024-03-05", ("date",)),
        ("20240305", "2024/3/5", ("date",)),
        ("1,200.50", "1200.5", ("number",)),
        ("某路１２号 3栋 502室", "某路12号3幢502", ("address",)),
        ("  ", None, ("blank",)),
    ],
)
def test_two_spellings_of_one_value_are_equal(session, *, left, right, codes):
    schema = pa.schema([("id", pa.int64()), ("a", pa.string())])
    tables = [
        pa.Table.from_pylist([{"id": 1, "a": value}], schema=schema) for value in (left, right)
    ]

    plain = run(session, *tables)
    found = run(session, *tables, columns=(pair("a", normalise=codes),))

    assert (plain.different, found.different) == (1, 0)


def test_an_address_keeps_the_dash_between_building_and_room(session):
    left, right = [{"id": 1, "a": "某路1-2301"}], [{"id": 1, "a": "某路12-301"}]

    found = run(session, left, right, columns=(pair("a", normalise=("address",)),))

    assert found.different == 1


@pytest.mark.parametrize(
    ("left", "right", "limits", "different"),
    [
        (Decimal("1.01"), Decimal("1.00"), {"tolerance": Decimal("0.01")}, 0),
        (Decimal("1.02"), Decimal("1.00"), {"tolerance": Decimal("0.01")}, 1),
        ("100.5", 100, {"relative": Decimal("0.01")}, 0),
        ("102", 100, {"relative": Decimal("0.01")}, 1),
        ("不详", 100, {"tolerance": Decimal(5)}, 1),
        ("不详", "未知", {"tolerance": Decimal(5)}, 1),
        ("不详", "不详", {"tolerance": Decimal(5)}, 0),
        (None, 0, {"tolerance": Decimal(5)}, 1),
        (1.5, 1.25, {"tolerance": Decimal("0.25")}, 0),
    ],
)
def test_numbers_within_the_tolerance_are_equal(session, *, left, right, limits, different):
    column = Pair(left="a", right="a", **limits)

    found = run(session, [{"id": 1, "a": left}], [{"id": 1, "a": right}], columns=(column,))

    assert found.different == different
    assert found.columns == {"a": different}


@pytest.mark.parametrize(
    ("left", "right", "different"),
    [
        (12, "12", 0),
        (Decimal("1.50"), "1.5", 0),
        (12, "十二", 1),
        (12, None, 1),
        (pa.scalar("2024-03-05").cast(pa.date32()).as_py(), "2024/3/5", 0),
        (pa.scalar("2024-03-05").cast(pa.date32()).as_py(), "未知", 1),
        (3, Decimal("3.00"), 0),
        (True, "true", 0),
    ],
)
def test_values_of_two_types_are_compared_by_meaning(session, *, left, right, different):
    found = run(session, [{"id": 1, "a": left}], [{"id": 1, "a": right}])

    assert found.different == different


def test_a_number_key_meets_a_text_key(session):
    found = run(session, [{"id": 7, "a": 1}], [{"id": "7", "a": 1}])

    assert found.same == 1


def test_differences_are_classified_as_to_supplement_or_to_verify(session, tmp_path):
    schema = pa.schema([("id", pa.int64()), ("phone", pa.string()), ("addr", pa.string())])
    left = pa.table([[1, 2, 3], [None, "138", "139"], ["东", "西", "南"]], schema=schema)
    right = pa.table([[1, 2, 4], ["137", "999", "136"], ["东", "西", "北"]], schema=schema)

    found = run(session, left, right, output=tmp_path / "out")

    assert found.categories == {SUPPLEMENT: 2, VERIFICATION: 2}
    rows = {row["id"]: row for row in pq.read_table(found.files["differences"]).to_pylist()}
    assert rows[1]["_category"] == SUPPLEMENT
    assert (rows[2]["left_phone"], rows[2]["right_phone"]) == ("138", "999")
    assert rows[2]["_columns"] == "phone"
    assert rows[4]["_status"] == "only_right"


def test_the_first_rule_that_fits_decides_and_the_rest_is_unclassified(session):
    rules = (ClassRule(category="phone", statuses=("different",), columns=("phone",)),)
    left = [{"id": 1, "phone": "1", "addr": "a"}, {"id": 2, "phone": "1", "addr": "a"}]
    right = [{"id": 1, "phone": "2", "addr": "a"}, {"id": 2, "phone": "1", "addr": "b"}]

    found = run(session, left, right, classes=rules)

    assert found.categories == {"phone": 1, UNCLASSIFIED: 1}


def test_duplicate_and_null_keys_are_written_with_their_rows(session, tmp_path):
    left = [{"id": 1, "a": "x"}, {"id": 1, "a": "y"}, {"id": None, "a": "z"}]
    right = [{"id": 1, "a": "x"}]

    found = run(session, left, right, output=tmp_path / "out")

    duplicated = pq.read_table(found.files["duplicate_keys"]).to_pylist()
    assert sorted(row["a"] for row in duplicated if row["_side"] == "left") == ["x", "y"]
    assert pq.read_table(found.files["null_keys"]).to_pylist() == [
        {"_side": "left", "id": None, "a": "z"}
    ]


def test_masks_go_on_past_sixty_two_columns(session, tmp_path):
    left = {"id": 1} | {f"c{i}": i for i in range(70)}
    right = left | {"c0": -1, "c61": -1, "c62": -1, "c69": -1}

    found = run(session, [left], [right], output=tmp_path / "out")

    row = pq.read_table(found.files["differences"]).to_pylist()[0]
    assert row["_mask"] == 1 | 1 << 61
    assert row["_mask_2"] == 1 | 1 << 7
    assert {name for name, count in found.columns.items() if count} == {"c0", "c61", "c62", "c69"}


def test_keys_alone_can_be_compared(session, tmp_path):
    found = run(session, [{"id": 1}], [{"id": 2}], output=tmp_path / "out")

    assert (found.left.only, found.right.only, found.same) == (1, 1, 0)


def test_a_missing_column_is_named_with_its_likely_spelling(session):
    with pytest.raises(MissingColumnError, match="左侧数据中没有列“phon”，是否应为“phone”"):
        run(session, [{"id": 1, "phone": 1}], [{"id": 1, "phone": 1}], columns=(pair("phon"),))


def test_a_key_takes_no_tolerance(session):
    key = Pair(left="id", right="id", tolerance=Decimal(1))

    with pytest.raises(InvalidSpecError, match="不能设容差"):
        run(session, [{"id": 1}], [{"id": 1}], keys=(key,))


def test_a_truncated_file_is_named_and_nothing_is_written(session, tmp_path):
    whole = tmp_path / "whole.parquet"
    pq.write_table(pa.table({"id": list(range(1000))}), whole)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-200])
    relations = (f"read_parquet('{whole}')", f"read_parquet('{cut}')")

    with pytest.raises(DamagedFileError, match=r"右侧数据的文件“.*cut\.parquet”已损坏"):
        compare(session, relations, CompareSpec(keys=(pair("id"),)), output=tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_new_result_replaces_the_old_one(session, tmp_path):
    run(session, [{"id": 1}], [{"id": 2}], output=tmp_path / "out")

    run(session, [{"id": 1}], [{"id": 1}], output=tmp_path / "out")

    assert pq.read_table(tmp_path / "out" / "differences.parquet").num_rows == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "k": st.one_of(st.none(), st.integers(0, 6)),
            "m": st.sampled_from(["a", "b"]),
            "a": st.one_of(st.none(), st.sampled_from(["x", "y"])),
            "b": st.one_of(st.none(), st.integers(0, 1)),
        }
    ),
    max_size=14,
)
SCHEMA = pa.schema([("k", pa.int64()), ("m", pa.string()), ("a", pa.string()), ("b", pa.int64())])


def by_hand(left: list[dict], right: list[dict]) -> dict[str, int]:
    groups = [{}, {}]
    for side, rows in enumerate((left, right)):
        for row in rows:
            groups[side].setdefault((row["k"], row["m"]), []).append(row)
    keys = {key for group in groups for key in group if key[0] is not None}
    counted = {"same": 0, "different": 0, "left": 0, "right": 0, "duplicate": 0}
    for key in keys:
        mine, theirs = groups[0].get(key, []), groups[1].get(key, [])
        counted[_outcome(mine, theirs)] += 1
    return counted


def _outcome(mine: list[dict], theirs: list[dict]) -> str:
    if len(mine) > 1 or len(theirs) > 1:
        return "duplicate"
    if not theirs:
        return "left"
    if not mine:
        return "right"
    return "same" if mine == theirs else "different"


@settings(max_examples=60, deadline=None)
@given(left=ROWS, right=ROWS)
def test_counts_are_those_of_a_comparison_by_hand(left, right):
    with duckdb.connect() as session:
        found = run(
            session,
            pa.Table.from_pylist(left, schema=SCHEMA),
            pa.Table.from_pylist(right, schema=SCHEMA),
            keys=(pair("k"), pair("m")),
        )

    assert {
        "same": found.same,
        "different": found.different,
        "left": found.left.only,
        "right": found.right.only,
        "duplicate": found.duplicate_keys,
    } == by_hand(left, right)


def test_a_comparison_spills_instead_of_growing(tmp_path: Path):
    rows = 400_000
    table = pa.table({"id": pa.array(range(rows)), "a": pa.array([f"v{i}" for i in range(rows)])})
    pq.write_table(table, tmp_path / "l.parquet")
    pq.write_table(table.slice(1), tmp_path / "r.parquet")
    relations = tuple(f"read_parquet('{tmp_path / name}.parquet')" for name in "lr")

    with open_session(Limits(memory="64MB", threads=1, spill=tmp_path / "spill")) as session:
        found = compare(session, relations, CompareSpec(keys=(pair("id"),)))

    assert (found.same, found.left.only) == (rows - 1, 1)
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_key_that_repeats_a_hundred_thousand_times_does_not_blow_up(tmp_path: Path):
    table = pa.table({"id": pa.array([7] * 100_000), "a": pa.array(range(100_000))})

    with open_session(Limits(memory="256MB", threads=1, spill=tmp_path)) as session:
        found = run(session, table, table)

    assert (found.duplicate_keys, found.left.duplicate_key_rows) == (1, 100_000)


def test_a_key_that_repeats_on_one_side_alone_is_found(session):
    left = [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}, {"id": 2, "a": "y"}]

    found = run(session, left, [{"id": 1, "a": "x"}])

    assert (found.same, found.left.only, found.duplicate_keys) == (1, 0, 1)
