from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.data.collection.choices import TaskState
from steward.data.collection.models import CollectionTask
from steward.data.collection.queries import task_for, tasks_for
from steward.data.collection.tables_in_files import BOOKS, TEXT
from steward.data.collection.uploads import (
    MOST,
    Given,
    Uploaded,
    discard_waiting,
    upload_files,
    waiting,
)
from steward.data.sources import api as sources
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

UPLOAD = "collection.file.upload"
TOLD = 20


@page(UPLOAD)
def choose_task(request: HttpRequest) -> HttpResponse:
    """上传文件: for which task."""
    tasks = tasks_for(request.user).filter(
        source__engine=sources.Engine.UPLOAD, state=TaskState.ACTIVE
    )
    context = {"tasks": list(tasks[:200])}
    return render_page(request, "collection/upload_choose.html", context, title="上传文件")


@page(UPLOAD)
def upload_page(request: HttpRequest, task_id: int) -> HttpResponse:
    """上传文件 for one task; a good file is taken when another is refused."""
    task = _task(request, task_id)
    if request.method == "POST":
        address = _upload(request, task)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return JsonResponse({"next": address})
        return redirect(address)
    context = {
        "task": task,
        "waiting": waiting(task),
        "most": MOST,
        "accept": ",".join((*TEXT, *BOOKS)) if task.shape == "sheet" else "",
    }
    return render_page(request, "collection/upload.html", context, title="上传文件")


def _task(request: HttpRequest, task_id: int) -> CollectionTask:
    task = task_for(request.user, task_id)
    if not sources.get(task.source_id).takes_uploads:
        raise NotFoundError("这个任务不收上传的文件")
    return task


def _upload(request: HttpRequest, task: CollectionTask) -> str:
    """Where to go on: the run that collects the files, or back."""
    here = reverse("collection:upload", args=[task.pk])
    given = [_given(file) for file in request.FILES.getlist("files")]
    try:
        told = upload_files(task.pk, given, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
        return here
    _tell(request, told)
    return here if told.run_id is None else reverse("collection:run", args=[told.run_id])


def _given(file: "UploadedFile[Any]") -> Given:
    return Given(file.name or "", file.size or 0, file.chunks())


def _tell(request: HttpRequest, told: Uploaded) -> None:
    if told.taken:
        messages.success(request, f"收到 {told.taken} 个文件，正在归集，结果在下面")
    refused = [answer for answer in told.answers if not answer.is_taken]
    for answer in refused[:TOLD]:
        messages.error(request, f"没有收下“{answer.name}”：{answer.words}")
    if len(refused) > TOLD:
        messages.error(request, f"另有 {len(refused) - TOLD} 个文件没有收下，请分批上传查看原因")


@require_POST
@page(UPLOAD)
def discard(request: HttpRequest, task_id: int) -> HttpResponse:
    """移除 an upload that waits."""
    task = _task(request, task_id)
    name = request.POST.get("name", "")
    try:
        discard_waiting(task.pk, name, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已移除“{name}”")
    return redirect("collection:upload", task_id)
