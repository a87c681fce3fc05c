"""What an uploaded template is made of: its parts, its words, its placeholders and their places."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from steward.kernel.errors import InvalidError

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 10 * 1024**2, 60 * 1024**2, 1000
_TAG = re.compile(r"\{[{%]p?r?\s*(.*?)\s*[}%]\}")
_EXTERNAL = re.compile(rb'TargetMode\s*=\s*["\']External["\']')
_MARGINS = {RELATIONSHIP_TYPE.HEADER: "页眉", RELATIONSHIP_TYPE.FOOTER: "页脚"}
_HYPERLINK = b"/relationships/hyperlink"


class TemplateRefusedError(InvalidError):
    """A template that cannot be used, with what is wrong where."""

    code = "reports.template_refused"


def names_of(template: bytes) -> list[str]:
    """The placeholders of a template as written, in the order of the text."""
    return [match.group(1) for _, text in texts(template) for match in _TAG.finditer(text)]


def check_package(template: bytes) -> None:
    if len(template) > MOST_BYTES:
        raise TemplateRefusedError("模板超过 10 MB，请去掉大图片后再上传")
    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > MOST_UNPACKED:
                raise TemplateRefusedError("模板展开后过大，请用 Word 或 WPS 重新保存为 .docx")
            _check_parts(archive)
    except zipfile.BadZipFile:
        raise TemplateRefusedError("这不是 .docx 文件，请用 Word 或 WPS 另存为 .docx") from None
    try:
        Document(BytesIO(template))
    except (PackageNotFoundError, KeyError, ValueError, LxmlError):
        raise TemplateRefusedError("文件不是完整的 .docx 文档，请用 Word 或 WPS 重新保存") from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Neither macros nor anything fetched from elsewhere when the document is opened."""
    for name in archive.namelist():
        if "vbaproject" in name.lower() or name.lower().endswith(".bin"):
            raise TemplateRefusedError("模板里有宏或嵌入的程序，请去掉后另存为 .docx")
        if name.endswith(".rels"):
            for relation in archive.read(name).split(b"<Relationship")[1:]:
                if _EXTERNAL.search(relation) and _HYPERLINK not in relation:
                    raise TemplateRefusedError(
                        "模板引用了外部文件（链接的图片或附加的模板），请改为嵌入后再上传"
                    )


def texts(template: bytes) -> Iterator[tuple[str, str]]:
    """Where and what: paragraphs, tables (nested ones too), text boxes, heads and feet."""
    document = Document(BytesIO(template))
    paragraphs = tables = 0
    for block in document.element.body:
        paragraphs += block.tag == qn("w:p")
        if block.tag == qn("w:tbl"):
            tables += 1
            yield from _rows(block, f"第 {tables} 个表格")
        else:
            yield from _lines(block, f"第 {paragraphs} 段")
    for relation in document.part.rels.values():
        if relation.reltype in _MARGINS:
            yield from _lines(relation.target_part.element, _MARGINS[relation.reltype])


def _rows(table: Any, place: str) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(table.iterchildren(qn("w:tr")), start=1):
        yield from _lines(row, f"{place}第 {number} 行")


def _lines(element: Any, place: str) -> Iterator[tuple[str, str]]:
    """Its paragraphs with all their words, those of a text box as well."""
    for paragraph in element.iter(qn("w:p")):
        yield place, "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def place_of(template: bytes, name: str) -> str:
    """Where a placeholder stands, with its words."""
    for place, text in texts(template):
        if any(name in match.group(1) for match in _TAG.finditer(text)):
            return f"{place}“{text.strip()[:40]}”"
    return "正文"


def check_pairs(template: bytes) -> None:
    """A placeholder that is not closed would swallow the next paragraph: refused with its place."""
    for place, text in texts(template):
        if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
            raise TemplateRefusedError(
                f"模板{place}“{text.strip()[:40]}”的占位符没有写完整，{{{{ 与 }}}} 须成对"
            )
