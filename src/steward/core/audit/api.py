"""Facade of audit: register a sentence, record an action, read a history."""

from steward.core.audit.queries import AuditLine, history
from steward.core.audit.registry import UnregisteredSentenceError, known_codes, register
from steward.core.audit.services import record

__all__ = [
    "AuditLine",
    "UnregisteredSentenceError",
    "history",
    "known_codes",
    "record",
    "register",
]
