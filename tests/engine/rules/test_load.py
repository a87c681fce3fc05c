import json
from pathlib import Path

import pytest

from steward.engine.rules import (
    Dimension,
    RuleSetError,
    Severity,
    all_kinds,
    build_rules,
    parse_rules,
    read_rules,
)

GOOD = """
name: 人口
version: 3
key: [编号]
columns: {金额: decimal}
rules:
  - id: 姓名
    kind: not_blank
    column: 姓名
    dimension: 完整性
    severity: serious
    message: "{姓名}未填"
"""
BAD = [
    ("rules: [{id: a, kind: not_blank, column: x, colum: x}]", (1, 52, "rules[0].colum"), "可用：column、placeholders"),
    ("rules:\n  - id: a\n    kind: nope", (3, 11, "rules[0].kind"), "没有规则类型“nope”"),
    ("rules:\n  - id: a\n    kind: length\n    column: x", (2, 5, "rules[0]"), "min 和 max 至少写一个"),
    ("rules:\n  - id: a\n    kind: length\n    column: x\n    min: 二", (5, 10, "rules[0].min"), "须是整数"),
    ("rules:\n  - {id: a, kind: not_null, column: x}\n  - {id: a, kind: not_null, column: y}", (3, 10, "rules[1].id"), "重复"),
    ("rules:\n  - {id: a, kind: not_null, column: x, dimension: 美观}", (2, 51, "rules[0].dimension"), "completeness（完整性）"),
    ("rules:\n  - {id: a, kind: regex, column: x, pattern: '(?=x)'}", (2, 46, "rules[0].pattern"), "环视"),
    ("rules:\n  - {id: a, kind: expression, condition: 'a = (SELECT 1)'}", (2, 42, "rules[0].condition"), "子查询"),
    ("rules:\n  - {id: a, kind: not_null, column: x, when: 'a ='}", (2, 46, "rules[0].when"), "写法不完整"),
    ("rules:\n  - {id: a, kind: row_count_between, min: 1, when: '(SELECT 1)'}", (2, 52, "rules[0].when"), "子查询"),
    ("rules:\n  - {id: a, kind: freshness, column: x, max_age: 明天}", (2, 50, "rules[0].max_age"), "P1D"),
    ("rules:\n  - {id: a, kind: in_dictionary, column: x}", (2, 5, "rules[0]"), "只写一个"),
    ("rules: []", (1, 8, "rules"), "至少一条规则"),
    ("rulez: []\nrules: [{id: a, kind: not_null, column: x}]", (1, 8, "rulez"), "不认识“rulez”"),
    ("columns: {a: money}\nrules: [{id: a, kind: not_null, column: x}]", (1, 14, "columns.a"), "可用：text"),
    ("- 1", (1, 1, "文件"), "最外层须是映射"),
]  # fmt: skip


def test_a_rule_set_is_read_with_its_defaults():
    rules = parse_rules(GOOD)

    (rule,) = rules.rules
    assert (rules.name, rules.version, rules.key) == ("人口", "3", ("编号",))
    assert (rule.dimension, rule.severity) == (Dimension.COMPLETENESS, Severity.SERIOUS)
    assert (rule.name, rule.message, rule.version) == ("不为空白", "{姓名}未填", "1")


@pytest.mark.parametrize(("text", "place", "reason"), BAD)
def test_a_problem_names_its_place_and_what_is_allowed(text, place, reason):
    with pytest.raises(RuleSetError) as caught:
        parse_rules(text, origin="规则.yaml")

    (problem,) = caught.value.data["problems"]
    assert (problem.line, problem.column, problem.path) == place
    assert reason in problem.reason
    assert caught.value.message.startswith("规则.yaml 第")


def test_all_problems_are_told_at_once():
    with pytest.raises(RuleSetError) as caught:
        parse_rules("rules:\n  - {id: a, kind: nope}\n  - {id: b, kind: not_null}\n  - 7")

    assert [problem.line for problem in caught.value.data["problems"]] == [2, 3, 4]


def test_json_is_read_as_yaml_is():
    data = {"rules": [{"id": "a", "kind": "length", "column": "x", "max": 3}]}

    assert parse_rules(json.dumps(data)) == build_rules(data)


@pytest.mark.parametrize("text", ["rules: [", "a: b: c", "\t- x", "{'a': 1"])
def test_broken_yaml_is_one_sentence(text):
    with pytest.raises(RuleSetError, match="YAML"):
        parse_rules(text)


def test_a_file_that_is_missing_or_not_utf8_is_named(tmp_path):
    wrong = tmp_path / "规则.yaml"
    wrong.write_bytes(b"name: x\n" + "名: 张".encode("gb18030"))

    with pytest.raises(RuleSetError, match="第 2 行不是 UTF-8"):
        read_rules(wrong)
    with pytest.raises(RuleSetError, match="打不开"):
        read_rules(Path("没有.yaml"))


def test_a_fingerprint_changes_with_what_is_asked_only():
    rule = {"id": "a", "kind": "length", "column": "x", "max": 3}
    (first,) = build_rules({"rules": [rule]}).rules

    (worded,) = build_rules({"rules": [{**rule, "message": "别的话", "version": "2"}]}).rules
    (stricter,) = build_rules({"rules": [{**rule, "max": 2}]}).rules

    assert worded.fingerprint == first.fingerprint
    assert stricter.fingerprint != first.fingerprint


def test_every_kind_explains_itself():
    kinds = all_kinds()

    assert len(kinds) == 29
    for kind in kinds:
        assert all((kind.label, kind.description, kind.message, kind.remedy, kind.empty_policy))
        assert all(field.description for field in kind.Parameters.model_fields.values())
