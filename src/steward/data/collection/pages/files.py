from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.data.collection import vault
from steward.data.collection.choices import FileState, Shape
from steward.data.collection.fetching import folder_of
from steward.data.collection.models import CollectedFile, CollectionRun, CollectionTask
from steward.data.collection.queries import file_for, files_for
from steward.data.collection.results import FILE_RESULTS, FileResult
from steward.data.collection.uploads import waiting
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import now as wall_clock

VIEW, DOWNLOAD = "collection.file.view", "collection.file.download"
UPLOAD = "collection.file.upload"
RECENT = 20


@page(VIEW)
def file_list(request: HttpRequest) -> HttpResponse:
    """归集文件: every file taken, by path, name or hash."""
    rows = files_for(request.user)
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(Q(path__icontains=words) | Q(sha256__startswith=words.lower()))
    if request.GET.get("task", "").isdecimal():
        rows = rows.filter(task_id=int(request.GET["task"]))
    choices = [
        ("", "最新版本", rows.filter(is_current=True)),
        ("all", "所有版本", rows),
        ("gone", "来源已不见", rows.filter(is_current=True, gone_at__isnull=False)),
        ("recalled", "已回收", rows.filter(state=FileState.RECALLED)),
    ]
    tabs = tabs_of(request, "show", choices)
    chosen = {key: found for key, _, found in choices}
    found = chosen.get(request.GET.get("show", ""), chosen[""])
    context = {
        "slice": slice_of(found, request),
        "tabs": tabs,
        "q": words,
        "task": request.GET.get("task", ""),
    }
    return render_page(request, "collection/files.html", context, title="归集文件")


@page(VIEW)
def file_page(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file with every version of its path."""
    row = file_for(request.user, file_id)
    context = {
        "file": row,
        "versions": files_for(request.user).filter(task=row.task, path=row.path),
        "may_download": request.user.has_perm(DOWNLOAD),
        "is_kept": is_kept(row),
    }
    return render_page(request, "collection/file.html", context, title=row.name)


def is_kept(row: CollectedFile) -> bool:
    """Whether the file itself lies in the store; of a table's file only the rows do."""
    return row.state == FileState.HELD and row.task.shape == Shape.FILES


@page(DOWNLOAD)
def download(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """The file as it came, on record."""
    row = file_for(request.user, file_id)
    if not is_kept(row):
        raise NotFoundError("这个文件没有原件：表格文件只存行，已回收的文件已删除")
    place = vault.path_of(row.sha256)
    if not place.is_file():
        raise NotFoundError(f"文件“{row.name}”的内容已丢失，请联系管理员从备份恢复")
    audit.record(
        "collection.file.downloaded", row.subject, by=actor_of(request.user), now=wall_clock()
    )
    response = FileResponse(place.open("rb"), as_attachment=True, filename=row.name)
    response["ETag"] = f'"{row.sha256}"'
    response["Cache-Control"] = "private, no-cache"
    return response


def task_context(request: HttpRequest, task: CollectionTask) -> dict[str, Any]:
    """What the page of a task over files shows besides."""
    if task.shape == Shape.TABLE:
        return {}
    uploads = bool(folder_of(task))
    rows = task.files.select_related("run").order_by("-id")
    return {
        "files": rows[:RECENT] if request.user.has_perm(VIEW) else [],
        "waiting": waiting(task),
        "takes_uploads": uploads,
        "may_upload": uploads and request.user.has_perm(UPLOAD) and task.state == "active",
    }


def run_context(run: CollectionRun) -> dict[str, Any]:
    """What the page of a run over files shows besides."""
    return {"results": [row | {"label": label_of(row)} for row in run.files]}


def label_of(row: dict[str, Any]) -> str:
    """The result of a file in words."""
    return FILE_RESULTS[FileResult(row["result"])]
