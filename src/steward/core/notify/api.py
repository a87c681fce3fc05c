"""Facade of notices: tell people something, count what is unread, keep secrets."""

from steward.core.notify.choices import Urgency
from steward.core.notify.queries import is_enabled, unread_count
from steward.core.notify.registry import ChannelRejectedError, ChannelUnavailableError, Envelope
from steward.core.notify.secrets import UnreadableSecretError, decrypt, encrypt, seal, unseal
from steward.core.notify.services import Notice, mark_all_read, mark_read, send, send_now

__all__ = [
    "ChannelRejectedError",
    "ChannelUnavailableError",
    "Envelope",
    "Notice",
    "UnreadableSecretError",
    "Urgency",
    "decrypt",
    "encrypt",
    "is_enabled",
    "mark_all_read",
    "mark_read",
    "seal",
    "send",
    "send_now",
    "unread_count",
    "unseal",
]
