"""Fonts, paper and paragraphs of official documents (GB/T 9704—2012: A4, margins, 仿宋, 黑体)."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SONG, HEI, FANG, KAI = "宋体", "黑体", "仿宋", "楷体"
LATIN = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
WIDTH = Mm(210) - LEFT - RIGHT
TITLE, BODY, SMALL = Pt(22), Pt(16), Pt(10.5)
LINE = Pt(28)
HEADING = "Heading 1"
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}


def lay_paper(document: Document) -> None:
    """A4 with the standard's margins; page numbers at the foot; the default font."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.footer_distance = Mm(28)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, BODY
    set_fonts(normal.element.get_or_add_rPr(), FANG)
    _headings(document)
    _page_number(section.footer.paragraphs[0])


def _headings(document: Document) -> None:
    for level, font, size in ((1, HEI, BODY), (2, KAI, BODY)):
        style: Any = document.styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.bold = LATIN, size, False
        style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
        set_fonts(style.element.get_or_add_rPr(), font)
        form = style.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(12), Pt(4), True
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE


def set_fonts(properties: Any, chinese: str, latin: str = LATIN) -> None:
    """Name the font for each script: without eastAsia, Word would take its own for Chinese."""
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)


def say(
    paragraph: Paragraph, text: str, *, font: str = FANG, size: Any = BODY, bold: bool = False
) -> Run:
    """Add words in a named font."""
    run = paragraph.add_run(clean(text))
    run.font.name, run.font.size, run.font.bold = LATIN, size, bold
    set_fonts(run._element.get_or_add_rPr(), font)  # noqa: SLF001
    return run


def clean(text: str) -> str:
    """Without the control characters that XML does not take."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))


def body_text(paragraph: Paragraph, text: str) -> None:
    """A paragraph of the text: two characters in, fixed line height."""
    paragraph.paragraph_format.first_line_indent = BODY * 2
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = LINE
    paragraph.paragraph_format.space_after = Pt(0)
    say(paragraph, text)


def centred(paragraph: Paragraph, text: str, *, font: str = SONG, size: Any = SMALL) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(4)
    say(paragraph, text, font=font, size=size)


def heading(document: Document, text: str) -> None:
    """A chapter's title; where an office's template has no such style, its look and level."""
    paragraph = document.add_paragraph()
    if HEADING in [style.name for style in document.styles]:
        paragraph.style = HEADING
    else:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "0")
        paragraph._p.get_or_add_pPr().append(level)  # noqa: SLF001
    paragraph.paragraph_format.keep_with_next = True
    say(paragraph, text, font=HEI)


_ORDER = ("tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblLook")


def frame_table(table: Any, widths: Sequence[int]) -> None:
    """Borders, widths in EMU, centred; without a style, since a template may have none."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(width)
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001
    properties.append(borders)
    places = {qn(f"w:{name}"): place for place, name in enumerate(_ORDER)}
    properties[:] = sorted(properties, key=lambda child: places.get(child.tag, len(places)))


def repeat_header(row: Any) -> None:
    """The row comes again on every page, and no row breaks across pages."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001
    properties.append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def shade(cell: Any, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001


def _page_number(paragraph: Paragraph) -> None:
    """— 1 — in 四号 宋体, as the standard has it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    say(paragraph, "— ", font=SONG, size=Pt(14))
    run = say(paragraph, "", font=SONG, size=Pt(14))
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = words
        run._element.append(element)  # noqa: SLF001
    say(paragraph, " —", font=SONG, size=Pt(14))
