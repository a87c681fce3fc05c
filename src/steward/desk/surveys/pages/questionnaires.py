"""What is asked: the questionnaires and their versions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts import api as accounts
from steward.core.ui.api import page, render_page
from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Questionnaire
from steward.desk.surveys.pages.forms import QuestionnaireForm, QuestionSet
from steward.desk.surveys.queries import RUN, questionnaires
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock


@page(RUN)
def listing(request: HttpRequest) -> HttpResponse:
    """Every questionnaire with its versions."""
    context = {"rows": questionnaires()}
    return render_page(request, "surveys/questionnaires.html", context, title="问卷")


@page(RUN)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a questionnaire, or make one: saving writes the next version."""
    row = Questionnaire.objects.filter(code=code).first()
    newest = row.versions.first() if row else None
    stored = newest.questions if newest else [q.stored() for q in _usual()]
    initial = [q | {"choices": "；".join(q["choices"])} for q in stored]
    start = {"title": row.title if row else "", "intro": newest.intro if newest else ""}
    form = QuestionnaireForm(request.POST or None, initial=start)
    lines = QuestionSet(request.POST or None, initial=initial, prefix="q")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        asked = [line.question(number) for number, line in enumerate(lines, start=1)]
        try:
            surveys.save_questionnaire(
                code,
                form.cleaned_data["title"],
                [question for question in asked if question is not None],
                intro=form.cleaned_data["intro"],
                by=accounts.actor_of(request.user),
                now=wall_clock(),
            )
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "问卷已保存；已经开始的调查仍用原来的版本")
            return redirect("surveys:questionnaires")
    context = {"form": form, "lines": lines, "code": code, "newest": newest}
    return render_page(request, "surveys/questionnaire.html", context, title="编辑问卷")


def _usual() -> list[surveys.Question]:
    """A new questionnaire starts with one rating of the whole."""
    return [surveys.Question("overall", surveys.QuestionKind.RATING, "整体满意度")]
