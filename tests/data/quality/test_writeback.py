import pytest

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.data.quality.corrections import Edit, Submission, submit_changes
from steward.data.quality.models import ChangeSet, ProblemOrder
from steward.kernel.instants import now as wall_clock
from tests.data.collection.support import rows as lake_rows
from tests.data.collection.support import run as collect
from tests.data.sources.test_services import run as execute
from tests.factories.accounts import user_with
from tests.factories.collection import task_on
from tests.factories.quality import approved, checked, run, use
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
FILL = "INSERT INTO person SELECT n, CASE n WHEN 7 THEN '坏' ELSE '13800000000' END FROM generate_series(1, 20) n"


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    execute(url, "CREATE TABLE person (id int PRIMARY KEY, 手机号 text)", FILL)
    return url


@pytest.fixture
def changes(url):
    task = task_on(source_at(url))
    collect(task)
    table = checked(task.target, keys=("id",))
    use(table, approved(kind="mobile", column="手机号"))
    run(table)
    drain_jobs()
    edit = Edit({"id": "7"}, "手机号", "坏", "13911112222")
    order = ProblemOrder.objects.get()
    new = Submission(order_id=order.pk, edits=[edit], reason="电话核实")
    return submit_changes(new, by=SYSTEM, now=NOW)


@pytest.fixture
def both(changes, url):
    return changes, url


@pytest.fixture
def inside(client):
    codes = ("quality.order.view", "quality.order.correct", "quality.writeback.submit")
    client.force_login(user_with(*codes))
    return client


@pytest.fixture(autouse=True)
def decide():
    """Decide about a change set as somebody who may."""
    boss = user_with("quality.writeback.approve", "approvals.approval.view")

    def answer(row, *, approve=True):
        row.refresh_from_db()
        words = {"comment": "同意", "by": actor_of(boss), "now": wall_clock()}
        approvals.decide(row.approval_id, approve=approve, **words)
        drain_jobs()
        row.refresh_from_db()

    return answer


def send(client, row, action, **data):
    return client.post(f"/data/quality/changes/{row.pk}/act/{action}/", data, follow=True)


def test_an_approved_writeback_changes_the_source_and_closes_the_order(changes, inside, decide):
    page = inside.get(f"/data/quality/changes/{changes.pk}/").content.decode()
    send(inside, changes, "submit")
    waiting = ChangeSet.objects.get().state

    decide(changes)

    order = ProblemOrder.objects.get()
    assert "UPDATE &quot;public&quot;.&quot;person&quot; SET" in page
    assert "13911112222" not in page.partition("写回语句")[2].partition("改动")[0]
    assert (waiting, changes.state, changes.error) == ("review", "applied", "")
    assert (7, "13911112222") in lake_rows(order.table.name, "id, 手机号")
    assert order.state == "closed"


def test_a_source_that_changed_meanwhile_is_not_overwritten(both, inside, decide):
    changes, url = both
    send(inside, changes, "submit")
    execute(url, "UPDATE person SET 手机号 = '别人改的' WHERE id = 7")

    decide(changes)

    assert changes.state == "failed"
    assert "已不是提交时的值" in changes.error


def test_undo_restores_the_source(changes, inside, decide):
    send(inside, changes, "submit")
    decide(changes)

    send(inside, changes, "restore", reason="核实有误")
    drain_jobs()

    changes.refresh_from_db()
    order = ProblemOrder.objects.get()
    assert changes.state == "undone"
    assert (7, "坏") in lake_rows(order.table.name, "id, 手机号")
    assert order.state == "open"


def test_a_refusal_writes_nothing(changes, inside, decide):
    send(inside, changes, "submit")

    decide(changes, approve=False)

    assert changes.state == "refused"
    assert ProblemOrder.objects.get().state == "open"
