"""What can go wrong at a source, in words for the person."""

import socket

from steward.kernel.errors import InvalidError, NotFoundError, StewardError


class InvalidLocationError(InvalidError):
    """A source or target is written in a way that cannot be understood."""

    code = "engine.connectors.invalid_location"


class SourceMissingError(NotFoundError):
    """A file, table or sheet does not exist."""

    code = "engine.connectors.missing"


class SourceLostError(StewardError):
    """The source could not be reached, or went away in the middle."""

    code = "engine.connectors.lost"
    status = 502


class BadRowError(InvalidError):
    """A row cannot be read and the caller did not ask to keep the good ones."""

    code = "engine.connectors.bad_row"


class UnsupportedError(InvalidError):
    """This kind of source cannot do what was asked."""

    code = "engine.connectors.unsupported"


def network_words(error: Exception) -> str:
    """What an error of the network means, in words; its own text where there is nothing better."""
    for kind, words in _NETWORK:
        if isinstance(error, kind):
            return words
    return str(error)


_NETWORK: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, "对方拒绝连接，这个端口没有服务，请核对地址和端口"),
    (TimeoutError, "连接超时，请核对地址、端口和防火墙"),
    (socket.gaierror, "找不到这台主机，请核对地址"),
    (ConnectionError, "连接中断"),
)
