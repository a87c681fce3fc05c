import pytest

from steward.desk.surveys.questions import (
    STANDARD,
    AnswerError,
    Question,
    QuestionnaireError,
    check_answers,
    check_questions,
)
from tests.factories.surveys import rated

CHOICE = Question("often", "choice", "使用频率", choices=("每天", "每周"))


@pytest.mark.clause("HA")
def test_the_standard_questionnaire_asks_in_huai_an_s_five_dimensions():
    titles = [q.title for q in STANDARD if q.is_rating]

    assert titles == ["系统稳定性", "服务态度", "问题解决效率", "培训支持", "整体满意度"]


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ([Question("a", "text", "说说")], "评分题"),
        ([STANDARD[0], STANDARD[0]], "重复"),
        ([STANDARD[0], Question("b", "choice", "选", choices=("一",))], "两个不同的选项"),
        ([STANDARD[0], Question("b", "matrix", "选")], "题型"),
        ([Question("a", "rating", " ")], "没有题目"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(questions, words):
    with pytest.raises(QuestionnaireError, match=words):
        check_questions(questions)


def test_a_whole_answer_is_kept_by_question():
    assert check_answers(STANDARD, rated(4, advice=" 很好 "))["advice"] == "很好"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (rated(4) | {"training": ""}, "请回答“培训支持”"),
        (rated(6), "1–5"),
        (rated(4, advice="长" * 1001), "最多 1000 字"),
    ],
)
def test_an_answer_that_lacks_something_names_the_question(given, words):
    with pytest.raises(AnswerError, match=words):
        check_answers(STANDARD, given)


def test_a_choice_takes_only_what_was_offered():
    with pytest.raises(AnswerError, match="没有“每年”这个选项"):
        check_answers([CHOICE], {"often": "每年"})
