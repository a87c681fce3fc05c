"""Facade of findings: report what a check saw, clear it, ask for another look."""

from steward.core.findings.events import FindingClosed, FindingOpened, RecheckRequested
from steward.core.findings.models import FindingState, Severity
from steward.core.findings.queries import (
    FindingInfo,
    OpenCount,
    get,
    get_many,
    of_subject,
    open_counts,
)
from steward.core.findings.services import (
    FindingClosedError,
    Report,
    accept,
    clear,
    report,
    request_recheck,
)

__all__ = [
    "FindingClosed",
    "FindingClosedError",
    "FindingInfo",
    "FindingOpened",
    "FindingState",
    "OpenCount",
    "RecheckRequested",
    "Report",
    "Severity",
    "accept",
    "clear",
    "get",
    "get_many",
    "of_subject",
    "open_counts",
    "report",
    "request_recheck",
]
