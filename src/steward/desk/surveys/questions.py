"""What a questionnaire asks: the stored form, its check, and the check of one answer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from steward.desk.surveys.choices import OVERALL, QuestionKind
from steward.kernel.errors import InvalidError

LONGEST_TEXT = 1000
MOST_QUESTIONS = 30


class QuestionnaireError(InvalidError):
    """A questionnaire that cannot be asked."""

    code = "surveys.questionnaire"


class AnswerError(InvalidError):
    """An answer with something missing or impossible."""

    code = "surveys.answer"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; a rating's `code` is its dimension, `overall` the one of the whole."""

    code: str
    kind: str
    title: str
    required: bool = True
    choices: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        return asdict(self) | {"choices": list(self.choices)}

    @property
    def is_rating(self) -> bool:
        return self.kind == QuestionKind.RATING


STANDARD = (
    Question("stability", QuestionKind.RATING, "系统稳定性"),
    Question("attitude", QuestionKind.RATING, "服务态度"),
    Question("efficiency", QuestionKind.RATING, "问题解决效率"),
    Question("training", QuestionKind.RATING, "培训支持"),
    Question(OVERALL, QuestionKind.RATING, "整体满意度"),
    Question("advice", QuestionKind.TEXT, "还有什么想说的（选填）", required=False),
)


def read_questions(stored: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions of a version, as they were checked when it was saved."""
    return tuple(
        Question(q["code"], q["kind"], q["title"], q["required"], tuple(q["choices"]))
        for q in stored
    )


def check_questions(questions: Sequence[Question]) -> None:
    """QuestionnaireError names the first thing that makes the questions unaskable."""
    if not any(question.is_rating for question in questions):
        raise QuestionnaireError("问卷至少要有一道评分题，否则得不出满意度")
    if len(questions) > MOST_QUESTIONS:
        raise QuestionnaireError(f"问卷最多 {MOST_QUESTIONS} 题，现有 {len(questions)} 题")
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        _check(number, question)
        if question.code in seen:
            raise QuestionnaireError(f"第 {number} 题的代码“{question.code}”与前面的重复")
        seen.add(question.code)


def _check(number: int, question: Question) -> None:
    if not question.title.strip():
        raise QuestionnaireError(f"第 {number} 题没有题目")
    if question.kind not in QuestionKind.values:
        raise QuestionnaireError(f"第 {number} 题的题型“{question.kind}”不存在")
    if question.kind == QuestionKind.CHOICE and len(set(question.choices)) < 2:
        raise QuestionnaireError(f"第 {number} 题是单选题，至少要有两个不同的选项")


def check_answers(questions: Sequence[Question], given: Mapping[str, str]) -> dict[str, Any]:
    """The answers as they are stored, by question code; AnswerError names the question."""
    return {
        question.code: value
        for question in questions
        if (value := _answer(question, given.get(question.code, "").strip())) is not None
    }


def _answer(question: Question, text: str) -> int | str | None:
    if not text:
        if question.required:
            raise AnswerError(f"请回答“{question.title}”", field=question.code)
        return None
    if question.is_rating:
        if text not in {"1", "2", "3", "4", "5"}:
            raise AnswerError(f"“{question.title}”请在 1–5 中选择", field=question.code)
        return int(text)
    if question.kind == QuestionKind.CHOICE and text not in question.choices:
        raise AnswerError(f"“{question.title}”没有“{text[:20]}”这个选项", field=question.code)
    if len(text) > LONGEST_TEXT:
        raise AnswerError(f"“{question.title}”最多 {LONGEST_TEXT} 字", field=question.code)
    return text
