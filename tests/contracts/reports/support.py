"""Reports for tests: a document opened again, templates of an office, a contract with work."""

from datetime import date, timedelta
from io import BytesIO

from docx import Document

from steward.contracts.reports import api as reports
from steward.contracts.reports.papers import sample
from steward.contracts.reports.sections import Content
from steward.core.files import api as files
from steward.kernel.instants import at_local
from tests.contracts.obligations.support import CODE, contract
from tests.factories.desk import ticket
from tests.support import SYSTEM

MARCH = "2026-03"
APRIL_1 = at_local(date(2026, 4, 1), 8)
MONTHLY = reports.Wanted(CODE, "monthly", MARCH)

__all__ = ["APRIL_1", "CODE", "MARCH", "MONTHLY", "SYSTEM"]


def a_month_of_work() -> int:
    """Huai'an with two tickets in March, one of them late; the client's body."""
    place = contract()
    at = at_local(date(2026, 3, 10), 9)
    ticket(now=at)
    ticket(now=at + timedelta(days=1), kind="emergency", severity="critical")
    return place


def content() -> Content:
    return sample.content("monthly", "运维工作月报")


def template(*paragraphs: str, header: str = "") -> bytes:
    """A template as an office would write it."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def words_of(document: bytes) -> str:
    """Every word of the text and the tables."""
    opened = Document(BytesIO(document))
    cells = [c.text for t in opened.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in opened.paragraphs), *cells])


def document_of(info: reports.ReportInfo) -> bytes:
    assert info.file_id is not None
    return files.read(info.file_id)


def pairs_of(document: bytes) -> dict[str, str]:
    """The key figures of a document by their names."""
    opened = Document(BytesIO(document))
    return {
        row.cells[0].text: row.cells[1].text
        for table in opened.tables
        if table.rows[0].cells[0].text == "指标" and table.rows[0].cells[1].text == "数值"
        for row in table.rows[1:]
    }
