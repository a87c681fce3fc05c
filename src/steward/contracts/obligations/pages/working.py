"""From a form to a service: store the upload, understand the link, say what went wrong."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.choices import Side
from steward.contracts.obligations.models import Occurrence
from steward.contracts.obligations.pages.frame import may_submit
from steward.core.accounts.api import actor_of
from steward.core.files import api as files
from steward.kernel.errors import InvalidError, StewardError
from steward.kernel.subjects import Subject

_EVIDENCE = re.compile(r"^/evidence/(\d{1,18})/$")
_KINDS = {
    "desk/tickets": "desk.ticket",
    "desk": "desk.ticket",
    "changes": "changes.change",
    "inspection": "inspection.sheet",
    "reports": "reports.report",
    "findings": "findings.finding",
}
_PAGE = re.compile(r"^/([a-z/]+?)/(\d{1,18})/$")


class LinkUnknownError(InvalidError):
    """A link that is not a page of a record of the platform."""

    code = "obligations.link_unknown"


def _path(link: str) -> str:
    """The path of an address of the platform, whatever host stands before it."""
    bare = re.sub(r"^https?://[^/]+", "", link.strip()).split("?")[0].split("#")[0]
    return bare if bare.endswith("/") else f"{bare}/"


def evidence_in(link: str) -> int | None:
    """The number when the link is a page of evidence."""
    found = _EVIDENCE.match(_path(link))
    return int(found[1]) if found else None


def subject_in(link: str) -> Subject:
    """The record that the page shows; LinkUnknownError for anything else."""
    path = _path(link)
    found = _PAGE.match(path)
    if found is None or found[1] not in _KINDS:
        raise LinkUnknownError(
            f"“{link}”不是平台内记录的页面地址，请从浏览器地址栏复制工单、巡检、报告或证据的地址"
        )
    return Subject(_KINDS[found[1]], found[2], path)


def submit(
    request: HttpRequest, row: Occurrence, form: forms.Form, *, side: Side, at: datetime
) -> bool:
    """Put forward what the form holds; an error is shown in the form, and nothing is written."""
    data, by = form.cleaned_data, actor_of(request.user)
    try:
        with transaction.atomic():
            number = evidence_in(data["link"]) if data["link"] else None
            if number is not None and data["file"] is None:
                obligations.attach_evidence(
                    row.pk, number, title=data["title"], side=side, by=by, now=at
                )
            else:
                proof = _new_proof(request, data, at=at)
                obligations.submit_proof(row.pk, proof, side=side, by=by, now=at)
    except StewardError as error:
        form.add_error(None, error.message)
        return False
    return True


def _new_proof(request: HttpRequest, data: dict[str, Any], *, at: datetime) -> obligations.NewProof:
    return obligations.NewProof(
        title=data["title"],
        note=data.get("note", ""),
        file_id=stored(request, data["file"], at=at),
        subject=subject_in(data["link"]) if data.get("link") else None,
        done_at=data.get("done_at"),
    )


def stored(request: HttpRequest, upload: Any, *, at: datetime) -> int | None:
    """Keep an upload; its id."""
    if upload is None:
        return None
    return files.store(upload, upload.name or "附件", by=actor_of(request.user), now=at).id


def submit_many(
    request: HttpRequest, rows: list[Occurrence], form: forms.Form, *, at: datetime
) -> bool:
    """One file for all of them; what cannot take it is named and does not stop the others."""
    data, by = form.cleaned_data, actor_of(request.user)
    try:
        file_id = stored(request, data["file"], at=at)
    except StewardError as error:
        form.add_error("file", error.message)
        return False
    done = 0
    for row in rows:
        side = may_submit(request, row)
        proof = obligations.NewProof(title=data["title"], note=data["note"], file_id=file_id)
        try:
            obligations.submit_proof(row.pk, proof, side=side or Side.SUPPLIER, by=by, now=at)
            done += 1
        except StewardError as error:
            messages.warning(request, f"{row.label}：{error.message}")
    messages.success(request, f"已为 {done} 期提交“{data['title']}”")
    return True
