"""A run over files killed with SIGKILL in mid transfer, again and again: each file once, whole."""

import hashlib
import os
import random
import signal
import time

import pytest

from steward.data.collection import api as collection
from steward.data.collection import vault
from steward.data.collection.models import CollectedFile, CollectionRun
from tests.data.collection.files_support import filing_on, sheet_on
from tests.data.collection.support import rows
from tests.data.collection.test_killed import start
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 6


@pytest.fixture
def killed(settings):
    """Start a run and kill it until it has been done KILLS times, then let it end."""

    def kill(task, *, longest):
        run = collection.request_run(task.pk, by=SYSTEM, now=NOW)
        chance = random.Random(20261121)  # noqa: S311
        hit = 0
        for _ in range(KILLS):
            process = start(run.pk, settings)
            process.stdout.readline()
            time.sleep(chance.uniform(0, longest))
            hit += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate()
        start(run.pk, settings).communicate(timeout=120)
        return hit

    return kill


def test_documents_are_whole_and_registered_once(sftp, root, killed):
    for number in range(12):
        (root / f"文件{number}.bin").write_bytes(os.urandom(3_000_000))
    task = filing_on(source_at(sftp), pattern="*.bin")

    hit = killed(task, longest=0.5)

    assert hit >= 1
    assert CollectionRun.objects.get().state == "succeeded"
    found = CollectedFile.objects.all()
    assert sorted((row.path, row.version) for row in found) == sorted(
        (f"文件{number}.bin", 1) for number in range(12)
    )
    for row in found:
        content = (root / row.path).read_bytes()
        assert row.sha256 == hashlib.sha256(content).hexdigest()
        assert vault.path_of(row.sha256).read_bytes() == content


def test_rows_of_table_files_are_written_once(ftp, root, killed):
    for path in (root / "a.csv", root / "b.csv"):
        path.unlink()
    for number in range(8):
        lines = "".join(f"{number}-{n},居民{n}\n" for n in range(6_000))
        (root / f"人口_{number}.csv").write_text(f"编号,姓名\n{lines}")
    task = sheet_on(source_at(ftp), root / "人口_0.csv", pattern="人口_*.csv", keys=())

    hit = killed(task, longest=0.5)

    assert hit >= 1
    assert CollectionRun.objects.get().state == "succeeded"
    assert rows(task.target, "count(*), count(DISTINCT 编号)") == [(48_000, 48_000)]
    assert CollectedFile.objects.filter(state="held").count() == 8
