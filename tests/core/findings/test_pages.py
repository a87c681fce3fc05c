import re

import pytest
from django.urls import reverse

from steward.core.findings import api as findings
from steward.core.jobs.models import EventRecord
from steward.kernel.subjects import Subject
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import NOW

pytestmark = pytest.mark.django_db
ALL = ("findings.finding.view", "findings.finding.recheck", "findings.finding.accept")


def found(key: str, **changes: object) -> findings.FindingInfo:
    fields = {"title": f"磁盘将满 {key}", "severity": "major", "remedy": "清理日志"} | changes
    subject = Subject("test.server", key, f"服务器 {key}")
    seen = findings.Report(source="test.disk", fingerprint=key, subject=subject, **fields)
    return findings.report(seen, now=NOW)


@pytest.fixture
def keeper(client):
    client.force_login(user_with(*ALL))
    return client


def page(client, **query: str) -> str:
    return client.get(reverse("findings:list"), query).content.decode()


def numbers(text: str) -> set[str]:
    return set(re.findall(r"F-\d+", text.split("<tbody>")[1]))


def test_each_tab_counts_exactly_the_rows_it_opens(keeper):
    first, second = found("1"), found("2")
    findings.clear("test.disk", "2", now=NOW)

    opened, closed = page(keeper), page(keeper, state="closed")

    assert "待解决 <b>1</b>" in opened
    assert (numbers(opened), numbers(closed)) == ({first.number}, {second.number})


@pytest.mark.parametrize(
    "query", [{"severity": "critical"}, {"q": "特别"}, {"contract": "huaian-2025"}]
)
def test_filters_narrow_the_list(keeper, query):
    found("1")
    special = found("2", title="特别严重", severity="critical", contract="huaian-2025")

    assert numbers(page(keeper, **query)) == {special.number}


def test_a_finding_is_reached_by_its_number(keeper):
    found("1")
    second = found("2")

    assert numbers(page(keeper, q=second.number)) == {second.number}


def test_the_list_costs_the_same_queries_whatever_its_length(keeper, django_assert_max_num_queries):
    for number in range(40):
        found(str(number))

    with django_assert_max_num_queries(25):
        page(keeper)


def test_a_recheck_is_asked_of_the_source(keeper):
    info = found("1")

    keeper.post(reverse("findings:recheck", args=[info.id]))

    event = EventRecord.objects.get(name="findings.recheck_requested")
    assert (event.payload["source"], event.payload["fingerprint"]) == ("test.disk", "1")


def test_accepting_needs_a_reason(keeper):
    info = found("1")

    without = keeper.post(reverse("findings:accept", args=[info.id]), {"reason": " "}, follow=True)
    keeper.post(reverse("findings:accept", args=[info.id]), {"reason": "下月扩容"})

    assert "请填写接受的原因" in without.content.decode()
    assert findings.get(info.id).state == "accepted"


def test_people_see_the_findings_of_their_own_bodies_only(client):
    mine, other = body("本局"), body("别局")
    client.force_login(user_with("findings.finding.view", organization_id=mine.id))
    seen, hidden = found("1", organization_id=mine.id), found("2", organization_id=other.id)

    listed = page(client)

    assert numbers(listed) == {seen.number}
    assert client.get(reverse("findings:detail", args=[hidden.id])).status_code == 404


def test_actions_need_their_own_permission(client):
    client.force_login(user_with("findings.finding.view"))
    info = found("1")

    assert client.post(reverse("findings:accept", args=[info.id])).status_code == 404
    assert client.post(reverse("findings:recheck", args=[info.id])).status_code == 404
