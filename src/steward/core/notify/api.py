"""Facade of notices: tell people something, count what is unread, keep secrets."""

from steward.core.notify.choices import Urgency
from steward.core.notify.queries import unread_count
from steward.core.notify.secrets import UnreadableSecretError, decrypt, encrypt
from steward.core.notify.services import Notice, mark_all_read, mark_read, send

__all__ = [
    "Notice",
    "UnreadableSecretError",
    "Urgency",
    "decrypt",
    "encrypt",
    "mark_all_read",
    "mark_read",
    "send",
    "unread_count",
]
