import pytest

from steward.contracts.assessment import api as assessment
from steward.core.evidence import api as evidence
from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.quality.models import ChangeSet, ProblemOrder, QualityRun
from steward.data.sources.models import Source
from steward.desk.tickets.models import TicketFinding
from steward.kernel.instants import local_date, now
from steward.site import private_mariadb
from steward.site.demo.assets import CONTRACT
from steward.site.demo.data import load_data, people_wanted
from steward.site.demo.load import is_empty, load_demonstration
from steward.site.demo.people import load_people
from steward.site.install import install

pytestmark = pytest.mark.django_db
CODES = ("person", "home", "household", "vehicle", "place")
PEOPLE = 600


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A home of its own, whose front-end server ends with the test."""
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path))
    yield tmp_path
    private_mariadb.stop_private(tmp_path)


def found(run):
    return {row.name: row.failing for row in run.outcomes.all()}


def expected(code, planted):
    return {rule.name: planted.get(rule.id, 0) for rule in entities.pack(code).rules}


def corrected(change_set):
    return {next(iter(cell.key.values())) for cell in change_set.cells.all()}


def is_scored(moment):
    result = assessment.score(CONTRACT, as_of=moment, now=moment)
    efficiency = next(i for g in result.groups for i in g.indicators if i.id == "efficiency")
    assert len(efficiency.events) == 2
    assert 0 < result.pay.payable < result.pay.amount
    assert evidence.verify_stored(CONTRACT) == []
    assert not is_empty()


@pytest.mark.mariadb
def test_a_fresh_platform_loads_the_demonstration_with_its_faults_found_and_put_right(home):
    moment, lines = now(), []
    assert is_empty()

    load_demonstration(now=moment, say=lines.append, password="Qingtian-2026", people=PEOPLE)
    install(now=moment)

    with entities.generate(entities.Recipe(people=PEOPLE, today=local_date(moment))) as population:
        planted = population.planted
        truths = {code: population.truth(code) for code in ("home", "place")}
        rows = {f"ods.{m.table}": population.rows(m.code) for m in entities.delivered()}
    first = {code: QualityRun.objects.filter(table__name=f"ods.{code}").last() for code in CODES}
    last = {code: QualityRun.objects.filter(table__name=f"ods.{code}").first() for code in CODES}
    changes = {row.order.table.name: row for row in ChangeSet.objects.all()}
    left = {code: truths[code].remaining(corrected(changes[f"ods.{code}"])) for code in truths}
    orders = ProblemOrder.objects.all()
    closed = orders.filter(state="closed")
    handled = TicketFinding.objects.values_list("finding_id", flat=True)
    assert {"postgresql", "mysql"} <= {source.engine for source in Source.objects.all()}
    assert rows.items() <= {t.target: t.rows_total for t in collection.all_tasks()}.items()
    assert {code: found(first[code]) for code in CODES} == {
        code: expected(code, planted[code]) for code in CODES
    }
    assert {code: found(last[code]) for code in CODES} == {
        code: expected(code, rules) for code, rules in (planted | left).items()
    }
    assert {(row.target, row.via, row.state) for row in changes.values()} == {
        ("source", "excel", "applied"),
        ("lake", "page", "applied"),
    }
    assert set(closed) == {row.order for row in changes.values()}
    assert not orders.filter(state="open", failing_rows=0).exists()
    assert {order.finding_id for order in orders} <= set(handled)
    assert sum("逐条规则与预计相同" in line for line in lines) == 2
    is_scored(moment)


def test_without_a_second_server_everything_is_in_one_database(home, monkeypatch):
    monkeypatch.setattr(private_mariadb, "BESIDES", ())
    monkeypatch.setenv("PATH", str(home))
    lines, moment = [], now()
    cast = load_people(since=local_date(moment), now=moment, password="Qingtian-2026")
    day = {"since": local_date(moment), "now": moment, "password": "Qingtian-2026"}

    load_data(cast, **day, say=lines.append, people=PEOPLE)

    assert [source.engine for source in Source.objects.all()] == ["postgresql"]
    assert len(collection.all_tasks()) == 8
    assert any("没有 MariaDB" in line for line in lines)


def test_the_number_of_people_is_asked_given_or_a_few(monkeypatch):
    monkeypatch.setenv("STEWARD_DEMO_PEOPLE", "700")

    assert (people_wanted(), people_wanted(900), people_wanted(0)) == (700, 900, 0)


@pytest.mark.parametrize(("given", "asked"), [("很多", None), ("700", 3)])
def test_a_number_of_people_that_cannot_be_is_refused(given, asked, monkeypatch):
    monkeypatch.setenv("STEWARD_DEMO_PEOPLE", given)

    with pytest.raises(entities.InvalidPopulationError):
        people_wanted(asked)


def test_a_platform_without_demonstration_has_the_packs_of_the_library():
    install(now=now())
    install(now=now())

    assert assessment.score(CONTRACT, as_of=now(), now=now()).contract == CONTRACT
