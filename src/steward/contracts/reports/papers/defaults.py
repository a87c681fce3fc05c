"""The default template: made by code, byte for byte the same, and edited by an office at will."""

from datetime import datetime
from functools import lru_cache
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from steward.contracts.reports.papers.stable import stable
from steward.contracts.reports.papers.styling import FANG, SONG, TITLE, lay_paper, say

MADE = datetime(2026, 1, 1)  # noqa: DTZ001
HEAD = (
    ("合同名称", "合同名称"),
    ("甲　　方", "甲方"),
    ("乙　　方", "乙方"),
    ("报告范围", "报告期"),
    ("数据截止", "数据截止"),
    ("版　　本", "版本"),
)


@lru_cache(maxsize=1)
def default_template() -> bytes:
    """A4 with the title, the head of the report and the text; every word may be changed."""
    document = Document()
    lay_paper(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(6)
    say(title, "{{ 标题 }}", font=SONG, size=TITLE, bold=True)
    under = document.add_paragraph()
    under.alignment = WD_ALIGN_PARAGRAPH.CENTER
    under.paragraph_format.space_after = Pt(18)
    say(under, "（{{ 报告期 }}）", font=FANG)
    for words, name in HEAD:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        say(line, f"{words}：{{{{ {name} }}}}", font=FANG)
    document.add_paragraph()
    say(document.add_paragraph(), "{{p 正文 }}", font=FANG)
    _signature(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "报告模板", "政务管家", ""
    properties.created = properties.modified = MADE
    target = BytesIO()
    document.save(target)
    return stable(target.getvalue())


def _signature(document: object) -> None:
    add = document.add_paragraph  # type: ignore[attr-defined]
    add()
    for text in ("编制单位（盖章）：{{ 乙方 }}", "{{ 编制日期 }}"):
        line = add()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_after = Pt(0)
        say(line, text, font=FANG)
