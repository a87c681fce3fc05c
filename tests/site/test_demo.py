import pytest

from steward.contracts.assessment import api as assessment
from steward.core.evidence import api as evidence
from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.quality.models import RuleOutcome
from steward.kernel.instants import local_date, now
from steward.site.demo.assets import CONTRACT
from steward.site.demo.load import is_empty, load_demonstration
from steward.site.install import install

pytestmark = pytest.mark.django_db


def test_a_fresh_platform_loads_the_demonstration_and_scores_it(monkeypatch, tmp_path):
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path))
    monkeypatch.setenv("STEWARD_DEMO_PEOPLE", "600")
    moment = now()
    assert is_empty()

    load_demonstration(now=moment, say=lambda _: None, password="Qingtian-2026")
    install(now=moment)

    result = assessment.score(CONTRACT, as_of=moment, now=moment)
    efficiency = next(i for g in result.groups for i in g.indicators if i.id == "efficiency")
    assert len(efficiency.events) == 2
    assert 0 < result.pay.payable < result.pay.amount
    assert evidence.verify_stored(CONTRACT) == []
    assert not is_empty()
    collected = {task.target: task.rows_total for task in collection.all_tasks()}
    assert len(collected) == 8
    assert collected["ods.person"] == 600
    with entities.generate(entities.Recipe(people=600, today=local_date(moment))) as population:
        planted = population.planted
    for code in ("person", "home"):
        outcomes = RuleOutcome.objects.filter(run__table__name=f"ods.{code}")
        assert {outcome.name: outcome.failing for outcome in outcomes} == {
            rule.name: planted[code].get(rule.id, 0) for rule in entities.pack(code).rules
        }


def test_a_platform_without_demonstration_has_the_packs_of_the_library():
    install(now=now())
    install(now=now())

    assert assessment.score(CONTRACT, as_of=now(), now=now()).contract == CONTRACT
