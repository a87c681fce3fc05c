# ruff: noqa: S608 - the expressions are our own
"""Cleaning and likeness of each kind of field, as pairs that a person can read and extend."""

import duckdb
import pytest

from steward.engine.compare.matching.fields import KINDS, compiled


def _side(code, value, side):
    kind = KINDS[code]
    parts = "".join(
        f', {sql.replace("{x}", "f0")} AS "f0_{name}_{side}"' for name, sql in kind.parts.items()
    )
    return f"(SELECT f0 AS f0_{side}{parts} FROM (SELECT {kind.clean(value)} AS f0))"


def cleaned(code, value):
    with duckdb.connect() as session:
        sql = f"SELECT {KINDS[code].clean('v')} FROM (SELECT $1::VARCHAR AS v)"
        return session.execute(sql, [value]).fetchone()[0]


def likeness(code, left, right):
    cases = " ".join(
        f"WHEN {compiled(level.condition, 'f0')} THEN '{level.label}'"
        for level in KINDS[code].levels
    )
    sides = f"{_side(code, '$1::VARCHAR', 'l')} l, {_side(code, '$2::VARCHAR', 'r')} r"
    with duckdb.connect() as session:
        sql = f"SELECT CASE {cases} ELSE '不同' END FROM {sides}"
        return session.execute(sql, [left, right]).fetchone()[0]


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("name", " 张　三 ", "张三"),
        ("name", "阿卜杜拉·买买提", "阿卜杜拉买买提"),
        ("name", "　", None),
        ("citizen_id", "33080219900101123x", "33080219900101123"),
        ("citizen_id", "330802900101123", "33080219900101123"),
        ("citizen_id", "３３０８０２ 1990-0101 1234", "33080219900101123"),
        ("citizen_id", "不详", None),
        ("birth_date", "1990年1月2日", "19900102"),
        ("birth_date", "1990/01/02", "19900102"),
        ("birth_date", "1990-13-02", None),
        ("phone", "+86 138-1234-5678", "13812345678"),
        ("phone", "013812345678", "13812345678"),
        ("phone", "0570-3081234", "05703081234"),
        ("phone", "无", None),
        ("gender", "男性", "男"),
        ("gender", "2", "女"),
        ("gender", "未知", None),
        ("address", "荷花路１５号1栋三单元301室", "荷花路15-1-3-301"),
        ("address", "荷花路15号1-3-301", "荷花路15-1-3-301"),
        ("address", "三里屯路二十三号", "三里屯路二十三号"),
    ],
)
def test_values_are_cleaned(code, value, expected):
    assert cleaned(code, value) == expected


@pytest.mark.parametrize(
    ("code", "left", "right", "expected"),
    [
        ("name", "张三", "张 三", "相同"),
        ("name", "王小明", "王晓明", "一字之差"),
        ("name", "欧阳娜", "欧阳娜娜", "一方缺字"),
        ("name", "张伟", "张薇", "同姓"),
        ("name", "张伟", "李薇", "不同"),
        ("citizen_id", "330802199001011234", "330802900101123", "相同"),
        ("citizen_id", "330802199001011234", "330802********1234", "遮盖处以外相同"),
        ("citizen_id", "330802199001011234", "330802199001021234", "错一位或相邻两位颠倒"),
        ("citizen_id", "330802199001011234", "330802199010011234", "错一位或相邻两位颠倒"),
        ("citizen_id", "330802199001011234", "330802199003041234", "错两位"),
        ("citizen_id", "330802199001011234", "330802198807155678", "不同"),
        ("birth_date", "1990-03-05", "1990-05-03", "错一位或月日颠倒"),
        ("birth_date", "1990-03-05", "1990-11-20", "同年"),
        ("birth_date", "1990-03-05", "1971-11-20", "不同"),
        ("phone", "13812345678", "138****5678", "遮盖处以外相同"),
        ("phone", "13812345678", "13812345679", "错一位"),
        ("phone", "13812345678", "15900001111", "不同"),
        (
            "address",
            "浙江省衢州市柯城区荷花路15号1幢2单元301室",
            "荷花路15号1-2-301",
            "门牌相同，一方省略上级区划",
        ),
        ("address", "柯城区荷花中路15号", "柯城区荷花路15号", "门牌相同，路名相近"),
        ("address", "柯城区荷花路15号", "柯城区荷花路15号2幢301室", "路名相同或相近，门牌详略不同"),
        ("address", "柯城区荷花路15号", "柯城区荷花路16号", "路名相近，门牌不同"),
        ("address", "柯城区荷花路15号", "衢江区东门街8号", "不同"),
        ("text", "衢州市第一中学", "衢州市第一中学 ", "相同"),
        ("exact", "A01", "a01", "相同"),
        ("exact", "A01", "A02", "不同"),
    ],
)
def test_two_values_are_as_alike_as_a_person_would_say(code, left, *, right, expected):
    assert likeness(code, left, right) == expected


def test_every_kind_leaves_room_for_being_different():
    for kind in KINDS.values():
        assert sum(level.m for level in kind.levels) < 1
        assert sum(level.u for level in kind.levels) < 1
