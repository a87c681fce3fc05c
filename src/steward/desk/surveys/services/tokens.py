"""One-time tokens: 256 random bits for the person, a hash for the platform."""

import secrets
from datetime import datetime
from hashlib import sha256

from steward.desk.surveys.models import Invitation, Recipient


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def issue(recipient: Recipient, *, reach: str, expires_at: datetime, now: datetime) -> str:
    """A fresh token for one recipient; earlier ones stop working. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(recipient=recipient, is_revoked=False).update(is_revoked=True)
    Invitation.objects.create(
        recipient=recipient,
        token_hash=hash_of(token),
        reach=reach,
        issued_at=now,
        expires_at=expires_at,
    )
    return token
