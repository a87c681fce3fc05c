"""A wrong pack names its place, its value and what is allowed; all mistakes at once."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from steward.contracts.packs.problems import PackInvalidError, PackProblem
from steward.contracts.packs.reading import read_pack
from tests.contracts.support import CALENDARS, huaian, pack_text, text_of

CASES = YAML(typ="safe").load(Path(__file__).with_name("wrong_packs.yaml").read_text("utf-8"))


def problems_of(text: str) -> list[PackProblem]:
    with pytest.raises(PackInvalidError) as caught:
        read_pack(text, file="合同.yaml", calendars=CALENDARS)
    return caught.value.problems


@pytest.mark.clause("C1")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_mistake_is_named_with_its_place_and_the_way_out(case):
    text = text_of(case["pack"]) if "pack" in case else pack_text()
    assert case["find"] in text

    found = problems_of(text.replace(case["find"], case["write"], 1))

    assert case["path"] in [problem.path for problem in found]
    problem = next(problem for problem in found if problem.path == case["path"])
    assert case["says"] in problem.message + problem.allowed
    line = text.replace(case["find"], case["write"], 1).splitlines()[problem.line - 1]
    assert case["line"] in line


def test_every_mistake_is_told_at_once():
    text = (
        pack_text()
        .replace('amount: "1342000.00"', "amount: 很多")
        .replace("due: signing", "due: tomorrow")
    )

    found = problems_of(text)

    assert [problem.path for problem in found] == ["amount", "payment.stages[0].due"]


def test_the_sentence_names_file_line_column_and_value():
    error = None
    try:
        read_pack(
            pack_text().replace("due: signing", "due: 明天"), file="合同.yaml", calendars=CALENDARS
        )
    except PackInvalidError as caught:
        error = caught

    assert error is not None
    assert "合同.yaml:" in error.message
    assert "payment.stages[0].due" in error.message
    assert "明天" in error.message
    assert "signing" in error.message


def test_a_text_that_is_no_yaml_names_the_line():
    found = problems_of("format: 1\ncode: [huaian\ntitle: x")

    assert "不是合法的 YAML" in found[0].message
    assert found[0].line >= 2


def test_an_empty_file_is_refused_in_words():
    assert "为空" in problems_of("")[0].message


def test_the_table_of_huaian_is_whole():
    pack = huaian()

    assert [group.points for group in pack.assessment.groups] == [50, 15, 15, 20]
    assert len(pack.indicators()) == 12
    assert all(indicator.clause.quote for indicator in pack.indicators())
    assert next(veto.rule for veto in pack.vetoes) == {"kind": "veto", "at_least": 1}


@pytest.mark.clause("C2")
def test_the_sla_of_huaian_holds_both_texts_and_says_which_scores():
    clocks = {rule.id: (rule.clock, rule.target, rule.scores) for rule in huaian().sla}

    assert clocks["service-respond"] == ("respond-service", 60, False)
    assert clocks["service-onsite"] == ("onsite", 120, False)
    assert clocks["general-respond"] == ("respond", 120, True)
    assert clocks["general-resolve"] == ("resolve", 1440, True)
    assert clocks["major-respond"] == ("respond", 30, True)
    assert clocks["major-resolve"] == ("resolve", 240, True)
    assert clocks["emergency-respond"] == ("respond", 15, True)
    assert clocks["emergency-restore"] == ("restore", 120, True)
    assert clocks["security-respond"] == ("respond", 30, True)
    assert clocks["vulnerability-high"] == ("fix-vulnerability", 1440, True)
    assert clocks["vulnerability-medium"] == ("fix-vulnerability", 4320, True)


def test_decimals_keep_every_digit_and_never_become_floats():
    stability = huaian().indicators()[0]

    assert str(stability.rule["target"]) == "0.999"


def hints_of(text: str) -> list[tuple[str, str]]:
    read = read_pack(text, file="合同.yaml", calendars=CALENDARS)
    return [(hint.path, hint.message) for hint in read.hints]


def test_a_metric_that_the_platform_offers_by_now_need_not_be_planned():
    text = pack_text().replace("metric: security.vulnerabilities_found", "metric: desk.tickets")

    told = dict(hints_of(text))

    assert "去掉 planned" in told["assessment.groups[1].indicators[0].sources[0].planned"]


def test_a_clock_that_nothing_counts_is_a_hint():
    text = (
        pack_text()
        .replace("clock: restore\n", "clock: recover\n")
        .replace("clock_kinds: [respond, restore]", "clock_kinds: [respond]")
    )

    assert ("sla[7].scores", "写了计入考核，但没有指标取用这种时限") in hints_of(text)


def test_a_table_that_moves_no_money_is_a_hint():
    text = pack_text().replace("kind: threshold", "kind: fixed")

    assert any(path == "payment.formula.kind" for path, _ in hints_of(text))
