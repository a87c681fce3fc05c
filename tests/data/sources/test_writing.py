"""Cells written back to real servers: found by an index, and only where they are as they were."""

import pyarrow as pa
import pytest

from steward.data.sources import api as sources
from steward.data.sources.choices import Engine
from steward.data.sources.writing import SourceChangedError, statement
from steward.engine.connectors.base import Read, open_connector
from tests.factories.sources import source_at

pytestmark = pytest.mark.django_db
PEOPLE = pa.table({"town": ["石梁", "石梁", "航埠"], "id": [1, 2, 1], "phone": ["坏", None, "好"]})
SERVERS = ["postgres_server", pytest.param("mariadb_server", marks=pytest.mark.mariadb)]


@pytest.fixture(params=SERVERS)
def url(request):
    """Three people, keyed by town and number, one of whom has no telephone."""
    url = request.getfixturevalue(request.param).create_database()
    target = open_connector(f"{url}#person")
    target.write(PEOPLE.to_reader(), mode="overwrite", keys=("town", "id"))
    return url


def phones(url):
    with open_connector(f"{url}#person").open(Read()) as stream:
        found = stream.reader.read_all().to_pylist()
    return {(row["town"], row["id"]): row["phone"] for row in found}


def cell(number, before, after):
    return sources.CellUpdate({"town": "石梁", "id": str(number)}, "phone", before, after)


def test_cells_get_their_new_values_and_no_other_row_does(url):
    source = source_at(url)

    written = sources.update_cells(
        source.pk, "person", [cell(1, "坏", "139"), cell(2, None, "138")]
    )

    assert written == 2
    assert phones(url) == {("石梁", 1): "139", ("石梁", 2): "138", ("航埠", 1): "好"}


def test_the_same_update_again_writes_nothing(url):
    source = source_at(url)
    sources.update_cells(source.pk, "person", [cell(1, "坏", "139")])

    assert sources.update_cells(source.pk, "person", [cell(1, "坏", "139")]) == 0


def test_a_value_that_changed_meanwhile_leaves_every_cell_as_it_was(url):
    source = source_at(url)

    with pytest.raises(SourceChangedError, match="phone"):
        sources.update_cells(source.pk, "person", [cell(2, None, "138"), cell(1, "旧", "139")])

    assert phones(url)["石梁", 2] is None


@pytest.mark.parametrize("engine", [Engine.POSTGRES, Engine.MYSQL])
def test_the_key_is_first_compared_as_an_index_can(engine):
    text = statement(engine, "person", cell(1, "坏", "139"))

    where = text.partition("WHERE ")[2].replace("`", '"')
    assert where.startswith('"town" = %s AND "id" = %s AND ')
