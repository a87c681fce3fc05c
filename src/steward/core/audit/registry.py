"""Every kind of audited action states its sentence once; an unregistered code fails."""

from steward.kernel.errors import StewardError

_SENTENCES: dict[str, str] = {}


class UnregisteredSentenceError(StewardError):
    """An action was audited under a code that no app registered."""

    code = "audit.unregistered"
    status = 500


def register(code: str, sentence: str) -> None:
    """State the sentence of a code, e.g. `将工单转派给 {after[assignee]}`.

    Placeholders: `subject`, `before`, `after`, `reason`.
    """
    known = _SENTENCES.get(code)
    if known is not None and known != sentence:
        raise ValueError(f"audit code {code!r} is registered twice")
    _SENTENCES[code] = sentence


def sentence_of(code: str) -> str:
    try:
        return _SENTENCES[code]
    except KeyError:
        raise UnregisteredSentenceError(f"审计操作“{code}”没有登记说明") from None


def known_codes() -> dict[str, str]:
    return dict(_SENTENCES)
