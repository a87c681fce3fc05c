"""Chapters as paragraphs, tables and pictures that a template takes in."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.section import CT_SectPr
from docx.shared import Emu, Pt
from lxml import etree  # type: ignore[import-untyped]

from steward.contracts.reports.papers import charts
from steward.contracts.reports.papers.styling import (
    ALIGNMENTS,
    HEI,
    SMALL,
    SONG,
    WIDTH,
    body_text,
    centred,
    frame_table,
    heading,
    keep_whole,
    repeat_header,
    say,
    shade,
)
from steward.contracts.reports.sections import Cell, Chart, Column, Figure, Section, Table

FIGURE_COLUMNS = (
    Column("指标", width=30),
    Column("数值", "right", 22),
    Column("依据", width=38),
)
NUMERALS = "一二三四五六七八九十"


class Flow:
    """A piece of a document that is written into a template where it is named.

    Pictures become parts of the template's own document.
    """

    def __init__(self, part: Any) -> None:
        self.document = Document()
        self.document._part = part  # noqa: SLF001

    def __html__(self) -> str:
        """The XML, which the template does not escape."""
        elements = [e for e in self.document.element.body if not isinstance(e, CT_SectPr)]
        return "".join(etree.tostring(element, encoding="unicode") for element in elements)

    __str__ = __html__


def chapter_title(number: int, section: Section) -> str:
    """`一、系统运行情况`."""
    numeral = NUMERALS[number - 1] if number <= len(NUMERALS) else str(number)
    return f"{numeral}、{section.title}"


def write(flow: Flow, sections: Sequence[Section], *, with_titles: bool = True) -> Flow:
    """Chapters one after the other; tables and pictures are numbered through."""
    tables = pictures = 0
    for number, section in enumerate(sections, start=1):
        if with_titles:
            heading(flow.document, chapter_title(number, section))
        for text in section.paragraphs:
            body_text(flow.document.add_paragraph(), text)
        for table in _tables_of(section):
            tables += 1
            _table(flow, table, f"表{tables}　{table.title}")
        for chart in section.charts:
            pictures += 1
            _picture(flow, chart, f"图{pictures}　{chart.title}")
    return flow


def _tables_of(section: Section) -> list[Table]:
    if not section.figures:
        return list(section.tables)
    return [figures_table(section.figures), *section.tables]


def figures_table(figures: Sequence[Figure]) -> Table:
    """Key figures with what they rest on."""
    return Table(
        title="主要数据",
        columns=FIGURE_COLUMNS,
        rows=tuple((Cell(f.name), Cell(f.text), Cell(f.basis)) for f in figures),
    )


def _table(flow: Flow, table: Table, title: str) -> None:
    caption = flow.document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(8)
    centred(caption, title, font=HEI)
    if not table.rows:
        centred(flow.document.add_paragraph(), table.empty)
        return
    made = flow.document.add_table(rows=1, cols=len(table.columns))
    widths = _widths(table.columns)
    frame_table(made, widths)
    repeat_header(made.rows[0])
    keep_whole(made.rows[0])
    for cell, column, width in zip(made.rows[0].cells, table.columns, widths, strict=True):
        _cell(cell, column.title, align="center", width=width, font=HEI)
        shade(cell, "F2F2F2")
    for values in table.rows:
        row = made.add_row()
        keep_whole(row)
        for cell, value, column, width in zip(
            row.cells, values, table.columns, widths, strict=True
        ):
            _cell(cell, value.text, align=column.align, width=width)
    after = flow.document.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    words = f"其余 {table.more} 行见平台。" if table.more else " "
    say(after, words, font=SONG, size=SMALL if table.more else Pt(4))


def _widths(columns: Sequence[Column]) -> list[int]:
    whole = sum(column.width for column in columns)
    return [int(WIDTH) * column.width // whole for column in columns]


def _cell(cell: Any, text: str, *, align: str, width: int, font: str = SONG) -> None:
    cell.width = Emu(width)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGNMENTS[align]
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(2)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    say(paragraph, text, font=font, size=SMALL)


def _picture(flow: Flow, chart: Chart, title: str) -> None:
    if not chart.has_data:
        centred(flow.document.add_paragraph(), f"{title}：{chart.words}")
        return
    paragraph = flow.document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    drawn = paragraph.add_run().add_picture(BytesIO(charts.png(chart)), width=WIDTH)
    named = drawn._inline.docPr  # noqa: SLF001
    named.set("descr", f"{chart.title}：{chart.words}")
    named.set("title", chart.title)
    centred(flow.document.add_paragraph(), title, font=HEI)
