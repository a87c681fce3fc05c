"""Facade of reports: make, read, plan; templates."""

from steward.contracts.reports.events import ReportMade
from steward.contracts.reports.models import REPORT_KIND, TEMPLATE_KIND
from steward.contracts.reports.papers.reading import MOST_BYTES, TemplateRefusedError
from steward.contracts.reports.papers.templates import VARIABLES
from steward.contracts.reports.queries import (
    MAKE,
    TEMPLATES,
    VIEW,
    NothingToReportError,
    ReportInfo,
    UnknownReportError,
    compose,
    reports_of,
)
from steward.contracts.reports.registry import KINDS, ReportKind, kinds
from steward.contracts.reports.sections import Content, content_from
from steward.contracts.reports.services import (
    Due,
    ReasonNeededError,
    TooEarlyError,
    Wanted,
    due_reports,
    make_due,
    make_report,
    plan,
    upload_template,
    use_default,
)

__all__ = [
    "KINDS",
    "MAKE",
    "MOST_BYTES",
    "REPORT_KIND",
    "TEMPLATES",
    "TEMPLATE_KIND",
    "VARIABLES",
    "VIEW",
    "Content",
    "Due",
    "NothingToReportError",
    "ReasonNeededError",
    "ReportInfo",
    "ReportKind",
    "ReportMade",
    "TemplateRefusedError",
    "TooEarlyError",
    "UnknownReportError",
    "Wanted",
    "compose",
    "content_from",
    "due_reports",
    "kinds",
    "make_due",
    "make_report",
    "plan",
    "reports_of",
    "upload_template",
    "use_default",
]
