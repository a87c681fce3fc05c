"""Pins and the vacuum that respects them."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from steward.engine.lake.duck import open_session
from steward.engine.lake.errors import VersionGoneError
from steward.engine.lake.maintenance import (
    RetentionTooShortError,
    pin,
    pinned_snapshot,
    pins,
    release,
    vacuum,
)
from steward.engine.lake.store import Lake

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ZERO = timedelta(0)


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path)
    lake.create("ods.t", pa.schema([("k", pa.int64())]))
    lake.append("ods.t", pa.table({"k": [1]}))
    lake.overwrite("ods.t", pa.table({"k": [2, 3]}))
    return lake


def count(snapshot):
    with open_session() as session:
        return snapshot.read(session).read_all().num_rows


def test_a_vacuum_removes_what_no_version_in_use_needs(lake):
    removed = vacuum(lake, "ods.t", now=NOW, retention=ZERO, idle=True)

    assert len(removed) == 1
    assert count(lake.snapshot("ods.t")) == 2


def test_a_vacuum_keeps_what_the_retention_covers(lake):
    assert vacuum(lake, "ods.t", now=NOW) == []


def test_a_reader_keeps_its_version_through_a_vacuum(lake):
    with pinned_snapshot(lake, "ods.t", now=NOW, version=1) as snapshot:
        removed = vacuum(lake, "ods.t", now=NOW, retention=ZERO, idle=True)
        rows = count(snapshot)

    assert (removed, rows) == ([], 1)
    assert pins(lake, "ods.t", now=NOW) == []


def test_a_pin_past_its_time_holds_nothing(lake):
    pin(lake, "ods.t", 1, until=NOW)

    assert len(vacuum(lake, "ods.t", now=NOW, retention=ZERO, idle=True)) == 1


def test_a_released_pin_holds_nothing_and_is_released_twice_without_error(lake):
    held = pin(lake, "ods.t", 1, until=NOW + timedelta(days=1))

    release(held)
    release(held)

    assert pins(lake, "ods.t", now=NOW) == []


def test_a_version_whose_files_are_gone_is_not_read_by_halves(lake):
    vacuum(lake, "ods.t", now=NOW, retention=ZERO, idle=True)

    with (
        pytest.raises(VersionGoneError, match="已被清理"),
        pinned_snapshot(lake, "ods.t", now=NOW, version=1),
    ):
        pass


def test_files_of_a_killed_writer_are_removed(lake):
    orphan = lake.root / "ods" / "t" / "part-dead" / "x"
    orphan.mkdir(parents=True)
    (orphan / "data_0.parquet").write_bytes(b"half")

    vacuum(lake, "ods.t", now=NOW, retention=ZERO, idle=True)

    assert not orphan.parent.exists()


def test_a_retention_that_could_hit_a_writer_is_refused(lake):
    with pytest.raises(RetentionTooShortError, match="不能短于 1 小时"):
        vacuum(lake, "ods.t", now=NOW, retention=timedelta(minutes=5))
