"""Matching without a key: who is found, who is not, and what people are told."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steward.engine.compare.matching.run import match
from steward.engine.compare.matching.spec import match_spec, matching_for
from steward.engine.compare.spec import CompareSpec, InvalidSpecError, pair
from steward.engine.lake.duck import open_session
from tests.engine.compare.matching.population import home, population, rewritten


def run(left, right, text="people", **options):
    with open_session() as session:
        session.register("l", left)
        session.register("r", right)
        names = left.column_names, right.column_names
        spec = matching_for(text, *names) if isinstance(text, str) else match_spec(text, *names)
        found = match(session, ("l", "r"), spec, **options)
        assert session.execute("SHOW TABLES").fetchall() == [("l",), ("r",)]
    return found


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    made = population(700, seed=5)
    folder = tmp_path_factory.mktemp("people") / "out"
    return made, run(*made.tables(), output=folder), folder


def chosen(folder):
    rows = pq.read_table(folder / "pairs.parquet").to_pylist()
    return {row["left_编号"]: row["right_编号"] for row in rows if row["_class"] == "match"}


def quality(found, truth):
    hits = sum(1 for left, right in found.items() if truth.get(left) == right)
    return hits / len(found), hits / len(truth)


def test_people_are_found_in_spite_of_faults(people):
    made, _, folder = people

    precision, recall = quality(chosen(folder), made.truth)

    assert precision >= 0.99
    assert recall >= 0.97


def test_a_row_has_at_most_one_partner(people):
    _, _, folder = people

    found = chosen(folder)

    assert len(set(found.values())) == len(found)


def test_pairs_become_the_outcomes_of_a_comparison(people):
    made, found, folder = people
    pairs = found.pairs["match"]

    sides = found.comparison.left, found.comparison.right

    assert [side.rows - side.only for side in sides] == [pairs, pairs]
    assert found.comparison.same + found.comparison.different == pairs
    assert found.comparison.columns["手机号"] > len(made.truth) // 5
    written = pq.read_table(folder / "differences.parquet", columns=["_status"]).to_pydict()
    assert written["_status"].count("only_left") == found.comparison.left.only


def test_an_idle_spelling_is_no_difference_of_a_pair():
    made = population(300, seed=8)
    other = [dict(row) | {"出生日期": row["出生日期"].replace("-", ".")} for row in made.left]
    left, right = pa.Table.from_pylist(made.left), pa.Table.from_pylist(other)

    found = run(left, right)

    assert (found.comparison.same, found.comparison.different) == (270, 0)


def test_every_pair_says_what_each_field_contributed(people):
    _, found, folder = people
    rows = pq.read_table(folder / "pairs.parquet").to_pylist()

    row = next(row for row in rows if row["level_身份证号"] == "错一位或相邻两位颠倒")

    total = sum(row[f"weight_{name}"] for name in found.model.fields) + found.model.prior_weight
    assert row["_weight"] == pytest.approx(total, abs=0.01)
    assert "身份证号错一位或相邻两位颠倒（+" in row["_explanation"]
    assert "基础概率（-" in row["_explanation"]


def test_learnt_weights_are_in_a_sensible_order(people):
    _, found, folder = people
    weights = {name: [item.weight for item in field] for name, field in found.model.fields.items()}

    assert all(field[0] > 0 > field[-1] for field in weights.values())
    assert weights["身份证号"][0] > weights["姓名"][0]
    assert pq.read_table(folder / "model.parquet").num_rows == sum(map(len, weights.values()))


def test_the_result_does_not_depend_on_the_order_of_rows(people, tmp_path):
    _, first, folder = people
    shuffled = population(700, seed=5)
    random.Random(1).shuffle(shuffled.left)  # noqa: S311
    random.Random(2).shuffle(shuffled.right)  # noqa: S311

    second = run(*shuffled.tables(), output=tmp_path / "out")

    assert first.pairs == second.pairs
    assert first.model == second.model
    assert pq.read_table(folder / "pairs.parquet").equals(
        pq.read_table(tmp_path / "out" / "pairs.parquet")
    )


def test_a_person_twice_on_one_side_is_matched_once_and_shown_as_a_cluster(tmp_path):
    made = population(200, seed=9)
    twice = made.left[0] | {"编号": 5_000_000}
    left = pa.Table.from_pylist([*made.left, twice])
    right = pa.Table.from_pylist([dict(row) for row in made.left])

    found = run(left, right, output=tmp_path / "out")

    assert found.pairs["match"] == 180
    assert found.clusters == 1
    rows = pq.read_table(tmp_path / "out" / "clusters.parquet").to_pylist()
    assert [row["_side"] for row in rows] == ["left", "left", "right"]


def test_a_masked_number_still_finds_its_person():
    made = population(200, seed=11)
    other = [
        row | {"身份证号": row["身份证号"][:6] + "********" + row["身份证号"][14:], "手机号": None}
        for row in made.left
    ]

    found = run(pa.Table.from_pylist(made.left), pa.Table.from_pylist(other))

    assert found.pairs["match"] == len(made.left)


def test_homes_are_found_however_they_are_written(tmp_path):
    dice = random.Random(4)  # noqa: S311
    homes = sorted({home(dice) for _ in range(600)})
    left = pa.table({"号": list(range(len(homes))), "标准地址": homes})
    right = pa.table(
        {"号": list(range(len(homes))), "详细地址": [rewritten(dice, text) for text in homes]}
    )

    run(left, right, "addresses", output=tmp_path / "out")

    rows = pq.read_table(tmp_path / "out" / "pairs.parquet").to_pylist()
    found = {row["left_号"]: row["right_号"] for row in rows if row["_class"] == "match"}
    precision, recall = quality(found, {number: number for number in range(len(homes))})
    assert precision >= 0.99
    assert recall >= 0.95


def test_fields_columns_and_thresholds_of_a_specification_are_used():
    made = population(300, seed=12)
    left, right = made.tables()
    right = right.rename_columns(["no", "xm", "zjhm", "csrq", "sjh", "dz"])
    spec = {
        "fields": [
            {"name": "姓名", "kind": "name", "right": "xm"},
            {"name": "证件", "kind": "citizen_id", "left": "身份证号", "right": "zjhm"},
            {"name": "生日", "kind": "birth_date", "left": "出生日期", "right": "csrq"},
        ],
        "blocking": [["证件"], ["姓名", "生日"], ["姓名:1", "证件:-6"]],
        "thresholds": {"match": 0.99, "possible": 0.3},
    }

    found = run(left, right, spec, compared=CompareSpec(keys=(pair("x"),)))

    assert found.pairs["match"] >= 0.9 * len(made.truth)
    assert set(found.comparison.columns) == {"姓名", "身份证号", "出生日期"}


def test_a_value_that_everyone_has_makes_no_candidates():
    made = population(650, seed=13)
    for row in (*made.left, *made.right):
        row["手机号"] = "13800000000"
        row["姓名"] = "王" + row["姓名"][1:]

    found = run(*made.tables())

    assert any("太常见" in note and "13800000000" in note for note in found.notes)
    assert found.pairs["match"] >= 0.9 * len(made.truth)


def test_two_tables_that_share_nothing_are_said():
    made = population(40, seed=14)
    other = population(40, seed=15)
    strangers = pa.Table.from_pylist(
        [row | {"姓名": "欧阳" + row["姓名"], "住址": None} for row in other.left]
    )

    with pytest.raises(InvalidSpecError, match="没有任何一对记录"):
        run(pa.Table.from_pylist(made.left), strangers)


def test_nobody_on_one_side_is_said():
    left = pa.Table.from_pylist(population(40, seed=14).left)

    with pytest.raises(InvalidSpecError, match="没有任何一对记录"):
        run(left, left.slice(0, 0))


def test_few_rows_are_matched_with_the_weights_that_are_built_in():
    made = population(12, seed=16)
    rows = made.left

    found = run(pa.Table.from_pylist(rows), pa.Table.from_pylist(rows))

    assert found.pairs["match"] == len(rows)
    assert any("内置的权重" in note for note in found.notes)
