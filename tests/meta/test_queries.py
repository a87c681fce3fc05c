"""No page asks more of the database because there are more rows."""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from steward.core.access import api as access
from steward.core.evidence import api as evidence
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.kernel.subjects import Subject
from tests.factories import desk
from tests.factories.accounts import user_with
from tests.factories.cmdb import ItemFactory, SystemFactory
from tests.factories.monitoring import MonitorFactory
from tests.factories.organizations import body
from tests.meta.test_urls import GUARDED, OPENABLE
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
BASELINE = Path(__file__).parent / "queries.json"
FEW, MANY = 2, 9


def fill(number: int) -> None:
    """Some of everything that lists show."""
    for index in range(number):
        place = body(name=f"单位{number}-{index}")
        system = SystemFactory.create(organization_id=place.id)
        item = ItemFactory.create(system=system, organization_id=place.id)
        MonitorFactory.create(item=item, name=f"监测 {item.code}")
        desk.ticket(organization_id=place.id, item_id=item.pk)
        subject = Subject("cmdb.item", str(item.pk), item.name)
        findings.report(
            findings.Report("test", f"{item.pk}", "磁盘将满", "minor", subject), now=NOW
        )
        fact = evidence.Fact("huaian-2025", "test", subject, NOW, "test", "A")
        evidence.keep(fact, now=NOW)
        jobs.start_job("evidence.seal", by=SYSTEM, now=NOW)


def counts(client: Client) -> dict[str, int]:
    """Queries of every page that needs no argument; a first visit fills what is cached."""
    found = {}
    for name in OPENABLE:
        address = f"/{GUARDED[name][0]}"
        if client.get(address).status_code != 200:
            continue
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        found[name] = len(asked)
    return found


def baseline(found: dict[str, int]) -> dict[str, int]:
    """The reviewed figures; UPDATE_BASELINES=1 writes them anew, for a reader of the difference."""
    if os.environ.get("UPDATE_BASELINES") == "1":
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    return json.loads(BASELINE.read_text())


def test_pages_ask_the_same_number_of_queries_for_few_rows_and_for_many():
    client = Client()
    client.force_login(user_with(*(permission.code for permission in access.permissions())))
    fill(FEW)
    few = counts(client)

    fill(MANY)
    many = counts(client)

    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
    allowed = baseline(many)
    assert {n: many[n] for n in many if many[n] > allowed.get(n, 0)} == {}
