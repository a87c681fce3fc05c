"""What a matching may say, and the sentence for what it may not."""

import pytest

from steward.engine.compare.matching.spec import PRESETS, match_spec, matching_for
from steward.engine.compare.spec import InvalidSpecError

PEOPLE = ["编号", "姓名", "身份证号码", "出生日期", "联系电话", "户籍地址"]
OTHERS = ["XM", "SFZH", "csrq", "sjh", "居住地址"]
NAMED = {"fields": [{"name": "姓名", "kind": "name"}, {"name": "住址", "kind": "address"}]}


def test_a_preset_finds_its_fields_by_their_usual_names():
    spec = matching_for("people", PEOPLE, OTHERS)

    assert [(item.kind.code, item.left, item.right) for item in spec.fields] == [
        ("name", "姓名", "XM"),
        ("citizen_id", "身份证号码", "SFZH"),
        ("birth_date", "出生日期", "csrq"),
        ("phone", "联系电话", "sjh"),
        ("address", "户籍地址", "居住地址"),
    ]
    assert "姓名＋出生日期" in [spec.words(block) for block in spec.blocking]


def test_a_preset_leaves_out_rules_whose_fields_are_not_there():
    spec = matching_for("people", ["姓名", "手机号"], ["姓名", "手机号"])

    assert [spec.words(block) for block in spec.blocking] == ["电话＋姓名前1位", "姓名＋电话后4位"]


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_preset_that_knows_no_column_says_how_to_go_on(preset):
    with pytest.raises(InvalidSpecError, match=r"没有认出足够的.*请写配对规则文件"):
        matching_for(preset, ["a", "b"], ["a", "b"])


def test_a_file_is_read(tmp_path):
    path = tmp_path / "配对.yaml"
    path.write_text(
        "fields:\n- {name: 住址, kind: address}\nblocking:\n- [住址.numbers, '住址.words:-2']\n"
        "thresholds: {match: 0.9}\nseed: 7\n",
        encoding="utf-8",
    )

    spec = matching_for(str(path), ["住址"], ["住址"])

    assert (spec.match, spec.possible, spec.seed) == (0.9, 0.5, 7)
    assert [spec.words(block) for block in spec.blocking] == ["住址的门牌＋住址的路名后2位"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fields": []}, "缺少 fields"),
        ({"fields": [{"name": "姓名", "kind": "nom"}]}, "第 1 个字段的 kind“nom”无效"),
        ({"fields": [{"kind": "name"}]}, "第 1 个字段缺少 name"),
        ({"fields": [{"name": "电话", "kind": "phone"}]}, "左侧数据中没有列“电话”"),
        ({"fields": "姓名"}, "fields 应为列表"),
        ({"rules": []}, "不认识的项：rules"),
        ({"blocking": [["电话"]]}, "“电话”不是已定义的字段"),
        ({"blocking": [["姓名:一"]]}, "冒号后应为位数"),
        ({"blocking": [["姓名.numbers"]]}, "没有部分“numbers”"),
        ({"blocking": [[]]}, "应为字段的列表"),
        ({"thresholds": {"match": 1.5}}, "match 应为 0 与 1 之间"),
        ({"thresholds": {"match": 0.5, "possible": 0.8}}, "不能大于"),
        ({"seed": "x"}, "seed 应为正整数"),
    ],
)
def test_what_is_wrong_is_named(change, message):
    with pytest.raises(InvalidSpecError, match=message):
        match_spec(NAMED | change, ["姓名", "住址"], ["姓名", "住址"])


def test_a_file_that_is_not_there_or_not_yaml_is_said(tmp_path):
    broken = tmp_path / "x.yaml"
    broken.write_text("fields: [", encoding="utf-8")

    with pytest.raises(InvalidSpecError, match="只能是 people"):
        matching_for("persons", [], [])
    with pytest.raises(InvalidSpecError, match="写法有误"):
        matching_for(str(broken), [], [])
