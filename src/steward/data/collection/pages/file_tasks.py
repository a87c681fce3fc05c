from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.data.collection.choices import Shape
from steward.data.collection.filetasks import Look, create_file_task, look_at, previewed
from steward.data.collection.models import CollectionTask
from steward.data.collection.pages.file_forms import (
    FilingForm,
    SampleForm,
    SheetForm,
    StartForm,
    TypesForm,
)
from steward.data.collection.uploads import Given, keep_sample, sample_at, upload_files
from steward.data.sources import api as sources
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

CHANGE, PLAIN = "collection.task.change", "collection.rejects.view_private"
GIVEN = ("shape", "pattern", "sheet", "header")


@page(CHANGE)
def new_file_task(request: HttpRequest, source_id: int) -> HttpResponse:
    """新建文件归集任务: which files, then (for tables) what is in them, then the task."""
    source = sources.visible_source(request.user, source_id)
    if source.takes_uploads and request.method == "POST" and "name" not in request.POST:
        return _sample_given(request, source)
    start = StartForm(request.GET or None)
    if not request.GET or not start.is_valid():
        form = SampleForm() if source.takes_uploads else start
        return _start(request, source, form)
    if start.cleaned_data["shape"] == Shape.FILES:
        return _filing(request, source, start)
    try:
        look = _look(source, start, request.GET.get("sample", ""))
    except StewardError as error:
        start.add_error(None, error.message)
        return _start(request, source, SampleForm() if source.takes_uploads else start,
                      error=error.message)  # fmt: skip
    return _sheet(request, (source, start, look))


def _start(
    request: HttpRequest, source: sources.SourceInfo, form: StartForm, *, error: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"source": source, "form": form, "error": error}
    if not source.takes_uploads:
        try:
            files = sources.files_in(source.id, request.GET.get("pattern", ""))
            context |= {"files": files[::-1][:100], "total": len(files)}
        except StewardError as failure:
            context["error"] = failure.message
    return render_page(request, "collection/file_start.html", context, title="选择文件")


def _sample_given(request: HttpRequest, source: sources.SourceInfo) -> HttpResponse:
    form = SampleForm(request.POST, request.FILES)
    if not form.is_valid():
        return _start(request, source, form)
    query = QueryDict(mutable=True)
    for name in GIVEN:
        if (value := form.cleaned_data[name]) not in (None, ""):
            query[name] = str(value)
    sent = form.cleaned_data["sample"]
    if sent is not None and form.cleaned_data["shape"] == Shape.SHEET:
        try:
            given = Given(sent.name, sent.size, sent.chunks())
            query["sample"] = keep_sample(source.id, given, now=wall_clock())
        except StewardError as error:
            form.add_error("sample", error.message)
            return _start(request, source, form)
    address = reverse("collection:new-files", args=[source.id])
    return redirect(f"{address}?{query.urlencode()}")


def _look(source: sources.SourceInfo, start: StartForm, token: str) -> Look:
    if not source.takes_uploads:
        return look_at(source.id, start.cleaned_data["pattern"], start.reading(), now=wall_clock())
    place = sample_at(source.id, token)
    return Look(place.name, 1, previewed(place, start.reading()))


def _filing(request: HttpRequest, source: sources.SourceInfo, start: StartForm) -> HttpResponse:
    form = FilingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form, form.draft(source.id, start))
        if made is not None:
            return redirect("collection:task", made.pk)
    context = {"source": source, "form": form, "pattern": start.cleaned_data["pattern"]}
    return render_page(request, "collection/file_form.html", context, title="新建文件归集任务")


def _sheet(request: HttpRequest, what: tuple[sources.SourceInfo, StartForm, Look]) -> HttpResponse:
    source, start, look = what
    initial = {"name": f"归集{look.path.rpartition('/')[2].partition('.')[0]}"}
    form = SheetForm(request.POST or None, preview=look.found, initial=initial)
    types = TypesForm(request.POST or None, columns=look.found.columns)
    if request.method == "POST" and form.is_valid() and types.is_valid():
        made = _made(request, form, form.sheet_draft(source.id, start, types.types()))
        if made is not None:
            _collect_sample(request, made)
            return redirect("collection:task", made.pk)
    plain = request.user.has_perm(PLAIN)
    rows = look.found.rows
    context = {
        "source": source,
        "form": form,
        "types": types,
        "pattern": start.cleaned_data["pattern"],
        "look": look,
        "rows": rows if plain else [[masked(value) for value in row] for row in rows],
        "plain": plain,
        "sample": source.takes_uploads,
    }
    return render_page(request, "collection/file_form.html", context, title="新建文件归集任务")


def _made(request: HttpRequest, form: FilingForm, draft: Any) -> CollectionTask | None:
    """The task, or None with what is wrong beside its field."""
    try:
        made = create_file_task(draft, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        field = str(error.data.get("field", ""))
        form.add_error(field if field in form.fields else None, error.message)
        return None
    messages.success(request, "已建立，可以立即运行一次")
    return made


def _collect_sample(request: HttpRequest, task: CollectionTask) -> None:
    """The sample as the first upload, where that was asked for."""
    if "collect_sample" not in request.POST:
        return
    place = sample_at(task.source_id, request.GET.get("sample", ""))
    given = Given(place.name, place.stat().st_size, [place.read_bytes()])
    told = upload_files(task.pk, [given], by=actor_of(request.user), now=wall_clock())
    for answer in told.answers:
        if not answer.is_taken:
            messages.error(request, f"样例没有归集：{answer.name}：{answer.words}")


def masked(value: str) -> str:
    """A value of which only the form can be told."""
    if len(value) <= 1:
        return value
    if len(value) <= 4:
        return value[0] + "*" * (len(value) - 1)
    return f"{value[:3]}{'*' * (len(value) - 5)}{value[-2:]}"
