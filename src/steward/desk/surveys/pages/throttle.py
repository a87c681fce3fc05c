"""Slowing down whoever tries links: so many per address and ten minutes, per process."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

from steward.kernel.errors import StewardError

WINDOW_SECONDS = 600
MOST_UNKNOWN = 20
MOST_POSTS = 20


class TooManyError(StewardError):
    """Too many tries from one place."""

    code = "surveys.too_many"
    status = 429


def _key(what: str, who: str) -> str:
    return f"surveys:{what}:{sha256(who.encode()).hexdigest()}"


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def require_patience(request: HttpRequest) -> None:
    """TooManyError for an address that opened too many links that do not exist."""
    if int(cache.get(_key("unknown", _address(request)), 0)) >= MOST_UNKNOWN:
        raise TooManyError("尝试次数过多，请 10 分钟后再试")


def note_unknown(request: HttpRequest) -> None:
    _count(_key("unknown", _address(request)))


def note_post(token: str) -> None:
    """TooManyError when one link is sent too often (a form that keeps failing)."""
    if _count(_key("post", token)) > MOST_POSTS:
        raise TooManyError("提交过于频繁，请 10 分钟后再试")


def _count(key: str) -> int:
    cache.add(key, 0, WINDOW_SECONDS)
    return int(cache.incr(key))
