"""The generated population has exactly the faults that it says, and no other."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from steward.data.entities.generator.build import Recipe, generate
from steward.data.entities.generator.plan import InvalidPopulationError
from steward.data.entities.library import delivered, entities, entity, pack
from steward.engine.rules import ArrowSource, Options, check

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CODES = tuple(item.code for item in entities())
TABLES = tuple(item.code for item in delivered())


@pytest.fixture(scope="module")
def found():
    """A small population: its tables, and what was planted."""
    with generate(Recipe(people=3000)) as population:
        tables = {code: population.reader(code).read_all() for code in TABLES}
        return tables, population.planted


@pytest.fixture(scope="module")
def truths():
    """What is right in the same population."""
    with generate(Recipe(people=3000)) as population:
        return {code: population.truth(code) for code in CODES}


def run(code, tables):
    rules = pack(code)
    references = {name: ArrowSource(tables[table]) for name, table in rules.tables.items()}
    options = Options(tables=references)
    return check(rules, ArrowSource(tables[code]), now=NOW, options=options)


@pytest.mark.clause("K15.2")
@pytest.mark.parametrize("code", CODES)
def test_each_rule_finds_exactly_the_planted_rows(code, found):
    tables, planted = found

    result = run(code, tables)

    assert {rule.id: rule.failing for rule in result.rules} == planted[code]


@pytest.mark.parametrize("code", CODES)
def test_each_rule_has_failing_and_passing_rows(code, found):
    tables, _ = found

    result = run(code, tables)

    assert all(0 < (rule.failing or 0) < result.rows for rule in result.rules)


def put_right(code, tables, truth, *, keys=None):
    """The tables with the rows of some keys (all of them) as they should be."""
    model = entity(code)
    chosen = set(truth if keys is None else keys)
    rows = [
        {**row, **_values(model, truth[row[model.key[0]]])} if row[model.key[0]] in chosen else row
        for row in tables[code].to_pylist()
    ]
    return tables | {code: pa.Table.from_pylist(rows, schema=model.schema)}


def _values(model, faulty):
    texts = pa.table({name: pa.array([text], pa.string()) for name, text in faulty.right.items()})
    return texts.cast(model.schema).to_pylist()[0]


@pytest.mark.parametrize("code", ["home", "household", "vehicle", "place"])
def test_rows_put_right_break_no_rule(code, found, truths):
    tables, _ = found

    result = run(code, put_right(code, tables, truths[code]))

    assert {rule.id: rule.failing for rule in result.rules if rule.failing} == {}


def test_people_put_right_break_no_rule_but_the_count_of_their_household(found, truths):
    tables, _ = found

    result = run("person", put_right("person", tables, truths["person"]))

    assert [rule.id for rule in result.rules if rule.failing] == ["household_members"]


@pytest.mark.parametrize("code", ["home", "household", "vehicle", "place"])
def test_the_remaining_faults_are_those_that_the_rules_still_find(code, found, truths):
    tables, planted = found
    corrected = set(list(truths[code])[::3])

    result = run(code, put_right(code, tables, truths[code], keys=corrected))

    assert truths[code].remaining(()) == planted[code]
    assert {r.id: r.failing for r in result.rules if r.failing} == truths[code].remaining(corrected)


@pytest.mark.parametrize("code", TABLES)
def test_the_rows_have_the_columns_of_the_model(code, found):
    tables, _ = found

    assert tables[code].schema.equals(entity(code).schema)


def test_the_same_recipe_gives_the_same_people(found):
    tables, _ = found

    with generate(Recipe(people=3000)) as again:
        people = again.reader("person").read_all()

    assert _sorted(people).equals(_sorted(tables["person"]))


def test_another_seed_gives_other_people(found):
    tables, _ = found

    with generate(Recipe(people=3000, seed=7)) as other:
        people = other.reader("person").read_all()

    assert not _sorted(people).equals(_sorted(tables["person"]))


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by("person_id")


def test_the_towns_are_real_ones_of_the_county(found):
    tables, _ = found

    names = set(tables["region"]["name"].to_pylist())

    assert {"柯城区", "府山街道", "石梁镇"} <= names


def test_regions_may_come_from_a_whole_table(tmp_path):
    path = tmp_path / "regions.csv"
    path.write_text(
        "code,level,name,parent_code\n"
        "330802000000,county,柯城区,330800000000\n330802005000,town,新新街道,330802000000\n"
    )

    with generate(Recipe(people=500, regions=path)) as population:
        assert population.rows("region") == 2


def test_regions_without_the_county_are_refused(tmp_path):
    path = tmp_path / "regions.csv"
    path.write_text("code,level,name,parent_code\n110101001000,town,东华门街道,110101000000\n")

    with pytest.raises(InvalidPopulationError, match="330802"), generate(Recipe(regions=path)):
        pass


def test_too_few_people_are_refused():
    with pytest.raises(InvalidPopulationError, match="500"), generate(Recipe(people=3)):
        pass
