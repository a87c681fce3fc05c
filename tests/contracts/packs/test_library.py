"""The packs that ship with the platform: each is whole, lints clean, validates and loads."""

import json
from datetime import date
from decimal import Decimal

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from steward.contracts.packs import api as packs
from steward.contracts.packs.reading import read_pack
from steward.core.calendars import api as calendars
from steward.desk.tickets.models import PolicyVersion
from tests.contracts.support import AFTER, CALENDARS, text_of
from tests.support import SYSTEM

LIBRARY = ("beijing-2022", "huaian-2025", "kecheng-2024", "keqiao-2024")


@pytest.mark.parametrize("code", LIBRARY)
def test_nothing_in_a_shipped_pack_is_probably_not_meant(code):
    """When this fails an app offers a metric by now: take `planned: true` away from the pack."""
    read = read_pack(text_of(code), file=f"{code}.yaml", calendars=CALENDARS)

    assert [hint.sentence(code) for hint in read.hints] == []


def pack(code: str) -> packs.Pack:
    return read_pack(text_of(code), file=f"{code}.yaml", calendars=CALENDARS).pack


def test_the_library_holds_the_four_contracts():
    assert packs.library() == list(LIBRARY)


@pytest.mark.clause("C1")
@pytest.mark.parametrize("code", LIBRARY)
def test_a_shipped_pack_lints_clean(code):
    assert pack(code).code == code


@pytest.mark.parametrize("code", LIBRARY)
def test_a_shipped_pack_is_valid_by_the_schema(code):
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
    )
    validator = jsonschema_rs.validator_for(json.loads(packs.schema_text()))

    errors = [error.message for error in validator.iter_errors(yaml.load(text_of(code)))]

    assert errors == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", LIBRARY)
def test_a_shipped_pack_loads_with_its_sla(code):
    calendars.seed()

    version = packs.load_library_pack(code, by=SYSTEM, now=AFTER)

    assert version.number == 1
    assert PolicyVersion.objects.get(contract=code).rules.count() == len(pack(code).sla)


@pytest.mark.parametrize(
    ("code", "start", "amount"),
    [
        ("kecheng-2024", date(2025, 1, 20), "1006800.00"),
        ("huaian-2025", date(2025, 8, 29), "1342000.00"),
        ("beijing-2022", date(2022, 5, 1), "2250000.00"),
        ("keqiao-2024", date(2024, 12, 17), "345800.00"),
    ],
)
def test_the_term_and_the_amount_are_those_of_the_text(code, start, amount):
    found = pack(code)

    assert (found.period.start, found.period.end) == (start, start.replace(year=start.year + 1))
    assert found.amount == Decimal(amount)


def test_the_table_of_kecheng_has_fourteen_indicators_and_a_hundred_points():
    found = pack("kecheng-2024")

    assert [group.points for group in found.assessment.groups] == [15, 55, 30]
    assert [i.points for i in found.indicators()] == [5, 5, 5, 5, 8, 8, 8, 5, 8, 5, 8, 10, 10, 10]
    assert len([i for i in found.indicators() if i.rule["kind"] == "expert"]) == 8


@pytest.mark.clause("C2")
def test_the_targets_are_those_of_the_texts():
    clocks = {
        code: {(rule.id, rule.target) for rule in pack(code).sla}
        for code in ("kecheng-2024", "keqiao-2024", "beijing-2022")
    }

    assert clocks == {
        "kecheng-2024": {("fault-respond", 30), ("fault-resolve", 1440)},
        "keqiao-2024": {
            ("respond", 10),
            ("fault-respond", 15),
            ("fault-resolve", 60),
            ("emergency-respond", 10),
            ("emergency-onsite", 120),
            ("emergency-resolve", 120),
        },
        "beijing-2022": {("correct-breach", 7200)},
    }


@pytest.mark.parametrize("code", ["beijing-2022", "kecheng-2024", "keqiao-2024"])
def test_help_is_promised_at_any_hour(code):
    found = pack(code)

    calendars_used = {use.id: use.code for use in found.calendars}
    assert {calendars_used[hours.calendar] for hours in found.service_hours} == {"always"}
