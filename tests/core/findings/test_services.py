from datetime import timedelta

import pytest

from steward.core.findings import api as findings
from steward.core.jobs.models import EventRecord
from steward.kernel.subjects import Subject
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

SEEN = findings.Report(
    source="test.check",
    fingerprint="disk-full:7",
    title="磁盘将满",
    severity="major",
    subject=Subject("cmdb.item", "7", "文件服务器"),
)


def opened() -> int:
    return EventRecord.objects.filter(name="findings.opened").count()


def test_a_first_sighting_opens_a_finding_and_says_so():
    info = findings.report(SEEN, now=NOW)

    assert info.is_open
    assert opened() == 1


def test_seeing_the_same_fault_again_only_counts():
    findings.report(SEEN, now=NOW)

    again = findings.report(SEEN, now=NOW + timedelta(minutes=1))

    assert again.occurrences == 2
    assert opened() == 1


def test_a_fault_that_comes_back_is_regressed_in_a_new_episode():
    findings.report(SEEN, now=NOW)
    findings.clear("test.check", "disk-full:7", now=NOW + timedelta(minutes=5))

    back = findings.report(SEEN, now=NOW + timedelta(minutes=9))

    assert (back.state, back.episode) == (findings.FindingState.REGRESSED, 2)
    assert opened() == 2


def test_an_accepted_finding_stays_accepted_when_seen_again():
    first = findings.report(SEEN, now=NOW)
    findings.accept(first.id, reason="下月更换", by=SYSTEM, now=NOW)

    again = findings.report(SEEN, now=NOW + timedelta(hours=1))

    assert again.state == findings.FindingState.ACCEPTED
    assert opened() == 1


def test_clearing_what_was_never_found_changes_nothing():
    assert findings.clear("test.check", "unknown", now=NOW) is None


def test_accepting_twice_is_refused_in_words():
    first = findings.report(SEEN, now=NOW)
    findings.accept(first.id, reason="下月更换", by=SYSTEM, now=NOW)

    with pytest.raises(findings.FindingClosedError, match="已关闭"):
        findings.accept(first.id, reason="再来", by=SYSTEM, now=NOW)
