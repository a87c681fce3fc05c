"""Terms on their way: write, see every mistake beside its line, submit, confirm by another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.packs import api as packs
from steward.contracts.packs import drafting
from steward.contracts.packs.models import DraftState, PackDraft
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import local_date
from steward.kernel.instants import now as wall_clock

PAGE = 100
_LARGEST = 2_000_000


class DraftForm(forms.Form):
    """A pack as a file or as text; a file counts before the text."""

    file = forms.FileField(label="YAML 文件", required=False, help_text="UTF-8，不超过 2 MB")
    text = forms.CharField(
        label="或在这里写",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "mono", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.get("file")
        if file is not None:
            if file.size > _LARGEST:
                raise forms.ValidationError("文件超过 2 MB，不像合同包")
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(
                    f"文件不是 UTF-8 文字（第 {error.start + 1} 字节），请另存为 UTF-8 后再传"
                ) from error
        if "\0" in given.get("text", "") or not given.get("text", "").strip():
            raise forms.ValidationError("请选择文件，或写下合同包的内容")
        return given

    @property
    def name(self) -> str:
        """The file's name, cut to what a draft keeps."""
        file = self.cleaned_data.get("file")
        return (file.name if file is not None else "网页填写.yaml")[-200:]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text with what is wrong on it."""

    number: int
    text: str
    problems: tuple[packs.PackProblem, ...]
    hints: tuple[packs.PackProblem, ...]


@page(drafting.VIEW_DRAFTS)
def drafts(request: HttpRequest) -> HttpResponse:
    """Every visible draft, newest first, by state."""
    state = request.GET.get("state", "")
    rows = drafting.drafts_visible_to(request.user).defer("source")
    if state in DraftState.values:
        rows = rows.filter(state=state)
    context = {
        "rows": list(rows[:PAGE]),
        "state": state,
        "states": DraftState.choices,
        "contracts": packs.contracts_for(request.user),
        "may_write": request.user.has_perm(drafting.SUBMIT),
    }
    return render_page(request, "packs/drafts.html", context, title="条款变更")


@page(drafting.SUBMIT)
def new_draft(request: HttpRequest) -> HttpResponse:
    """Begin with a file, an empty text, or the terms in force of a contract."""
    code = request.GET.get("contract", "")
    if request.method != "POST":
        start = ""
        if code:
            packs.contract_for(request.user, code)
            start = drafting.amendment_text(code, today=local_date(wall_clock()))
        form = DraftForm(initial={"text": start})
        return _form(request, form, code)
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, code)
    made = drafting.start_draft(
        form.cleaned_data["text"], file=form.name, by=actor_of(request.user), now=wall_clock()
    )
    return redirect("packs:draft", made)


def _form(request: HttpRequest, form: DraftForm, code: str) -> HttpResponse:
    context = {"form": form, "contract_code": code}
    return render_page(request, "packs/draft_form.html", context, title="起草合同条款")


@page(drafting.VIEW_DRAFTS)
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft: its mistakes beside the text, or what it would change, and who decides."""
    return _show(request, drafting.draft_for(request.user, draft_id))


def _show(
    request: HttpRequest, row: PackDraft, *, form: DraftForm | None = None, status: int = 200
) -> HttpResponse:
    is_waiting = row.state == DraftState.SUBMITTED
    is_own = row.author_id == request.user.pk and request.user.has_perm(drafting.SUBMIT)
    is_open = row.state in (DraftState.DRAFT, DraftState.REFUSED)
    verdict = None
    if row.state != DraftState.INSTALLED:
        verdict = drafting.verdict_for(request.user, row)
    context = {
        "draft": row,
        "verdict": verdict,
        "lines": _lines(row.source, verdict),
        "form": form or DraftForm(initial={"text": row.source}),
        "may_edit": is_own and is_open,
        "may_withdraw": is_own and is_waiting,
        "may_confirm": is_waiting
        and row.author_id != request.user.pk
        and request.user.has_perm(drafting.CONFIRM),
        "is_waiting": is_waiting,
    }
    return render_page(request, "packs/draft.html", context, title=str(row), status=status)


def _lines(text: str, verdict: drafting.Verdict | None) -> list[Line]:
    problems = verdict.problems if verdict else ()
    hints = verdict.hints if verdict else ()
    return [
        Line(
            number,
            line,
            tuple(problem for problem in problems if problem.line == number),
            tuple(hint for hint in hints if hint.line == number),
        )
        for number, line in enumerate(text.split("\n"), start=1)
    ]


def _submit(row: PackDraft, request: HttpRequest, by: Actor) -> str:
    verdict = drafting.verdict_for(request.user, row)
    if verdict.conflict:
        raise drafting.DraftStateError(verdict.conflict)
    drafting.submit_draft(row.pk, reason=request.POST.get("reason", ""), by=by, now=wall_clock())
    return "已提交，等待另一人确认"


def _withdraw(row: PackDraft, request: HttpRequest, by: Actor) -> str:  # noqa: ARG001
    drafting.withdraw_draft(row.pk, by=by, now=wall_clock())
    return "已撤回，可以继续修改"


def _confirm(row: PackDraft, request: HttpRequest, by: Actor) -> str:
    number = drafting.decide_draft(
        row.pk, agree=True, note=request.POST.get("note", ""), by=by, now=wall_clock()
    )
    return f"已确认，成为第 {number} 版"


def _refuse(row: PackDraft, request: HttpRequest, by: Actor) -> str:
    drafting.decide_draft(
        row.pk, agree=False, note=request.POST.get("note", ""), by=by, now=wall_clock()
    )
    return "已退回起草人"


ACTIONS: dict[str, tuple[str, Callable[[PackDraft, HttpRequest, Actor], str]]] = {
    "submit": (drafting.SUBMIT, _submit),
    "withdraw": (drafting.SUBMIT, _withdraw),
    "confirm": (drafting.CONFIRM, _confirm),
    "refuse": (drafting.CONFIRM, _refuse),
}


@require_POST
@page(drafting.VIEW_DRAFTS)
def act(request: HttpRequest, draft_id: int, action: str) -> HttpResponse:
    """Submit, withdraw, confirm or refuse; what stands in the way is said on the draft's page."""
    row = drafting.draft_for(request.user, draft_id)
    if action not in ACTIONS or not request.user.has_perm(ACTIONS[action][0]):
        raise NotFoundError("没有这个操作")
    try:
        told = ACTIONS[action][1](row, request, actor_of(request.user))
    except StewardError as error:
        messages.error(request, error.message)
        return _show(request, drafting.draft_for(request.user, draft_id), status=error.status)
    messages.success(request, told)
    return redirect("packs:draft", draft_id)


@require_POST
@page(drafting.SUBMIT)
def rewrite(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep the changed text of one's own draft and check it again."""
    row = drafting.draft_for(request.user, draft_id)
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, row, form=form, status=422)
    try:
        drafting.rewrite_draft(
            draft_id, form.cleaned_data["text"], by=actor_of(request.user), now=wall_clock()
        )
    except StewardError as error:
        messages.error(request, error.message)
        return _show(request, row, form=form, status=error.status)
    return redirect("packs:draft", draft_id)


@page(drafting.VIEW_DRAFTS)
def draft_source(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The draft's text as a file."""
    row = drafting.draft_for(request.user, draft_id)
    if not row.source:
        raise Http404(str(draft_id))
    return HttpResponse(row.source, content_type="text/plain; charset=utf-8")


def waiting_block(request: HttpRequest) -> dict[str, Any] | None:
    """On the page of today: drafts that wait for this person; nothing when there are none."""
    rows = drafting.waiting_for(request.user)
    return {"rows": rows} if rows else None
