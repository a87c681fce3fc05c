from django.http import FileResponse, HttpRequest

from steward.core.files import api as files
from steward.core.files.choices import SHOWN_IN_BROWSER
from steward.core.ui.api import SIGNED_IN, page


@page(SIGNED_IN)
def download(request: HttpRequest, file_id: int) -> FileResponse:
    """The bytes of a file for whoever may read something it is attached to; else 404.

    Pictures and PDF open in the browser with `?view=1`, everything else is saved.
    """
    info = files.readable(file_id, request.user)
    path = files.blob_path(info.sha256)
    if not path.exists():
        raise files.UnknownFileError(f"文件“{info.name}”的内容已丢失，请联系管理员从备份恢复")
    inline = "view" in request.GET and info.media_type in SHOWN_IN_BROWSER
    response = FileResponse(
        path.open("rb"),
        as_attachment=not inline,
        filename=info.name,
        content_type=info.media_type,
    )
    response["ETag"] = f'"{info.sha256}"'
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
