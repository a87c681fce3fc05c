"""A table after its writer was killed, or the disk was full: the last good version."""

import signal
import subprocess
import sys
import textwrap
import time

import pytest

from steward.engine.lake.duck import Limits
from steward.engine.lake.store import Lake
from tests.engine.lake.test_store import PEOPLE, ids, rows


@pytest.fixture
def people(tmp_path):
    made = Lake(tmp_path / "lake", limits=Limits(memory="256MB", threads=1))
    made.create("ods.person", PEOPLE, keys=["id"], comment="人口")
    made.append("ods.person", rows((1, "甲", 30), (2, "乙", 40), (3, "丙", 50)))
    return made


KILLED = """
import sys, time
from pathlib import Path
import pyarrow as pa
from steward.engine.lake.store import Lake
schema = pa.schema([("id", pa.int64()), ("姓名", pa.string()), ("age", pa.int32())])
def stream():
    for number in range(100000):
        if number == 5:
            print("half", flush=True)
        if number > 5:
            time.sleep(0.2)
        yield pa.record_batch([[number] * 70000, ["x"] * 70000, [1] * 70000], schema=schema)
getattr(Lake(Path(sys.argv[1])), sys.argv[2])(
    "ods.person", pa.RecordBatchReader.from_batches(schema, stream())
)
"""


@pytest.mark.parametrize("operation", ["append", "overwrite"])
def test_a_writer_killed_in_mid_write_leaves_the_last_version(people, operation):
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(people.root), operation],
        stdout=subprocess.PIPE,
    )
    child.stdout.readline()
    time.sleep(0.3)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    after_kill = ids(people)
    people.append("ods.person", rows((4, "丁", 1)))

    assert after_kill == [1, 2, 3]
    assert ids(people) == [1, 2, 3, 4]


FULL = """
import resource, signal, sys
from pathlib import Path
import pyarrow as pa
from steward.engine.lake.errors import DiskFullError
from steward.engine.lake.store import Lake
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
import random
schema = pa.schema([("id", pa.int64()), ("姓名", pa.string()), ("age", pa.int32())])
values = [str(random.random()) for _ in range(100000)]
try:
    Lake(Path(sys.argv[1])).append(
        "ods.person", pa.table([range(100000), values, [1] * 100000], schema=schema)
    )
except DiskFullError as error:
    print(error)
"""


def test_a_full_disk_is_said_in_words_and_leaves_nothing_behind(people):
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(people.root)], capture_output=True, text=True, check=True
    )

    assert "磁盘空间不足" in done.stdout
    assert ids(people) == [1, 2, 3]
    assert len(list((people.root / "ods" / "person").glob("part-*"))) == 1
