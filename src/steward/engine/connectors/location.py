"""Where data is: a path or a URL, with secrets that never show."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from steward.engine.connectors.errors import InvalidLocationError

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class Secret:
    """A text that `repr`, `str`, logs and errors show as ***."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def scrub(self, message: str) -> str:
        """A message of a library without the secret."""
        return message.replace(self._text, "***") if self._text else message

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not serialised")


@dataclass(frozen=True, kw_only=True)
class Location:
    """A parsed place; `item` is the table, sheet, query of files or lake table after `#`."""

    scheme: str
    path: str
    host: str = ""
    port: int | None = None
    user: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    options: Mapping[str, str] = field(default_factory=dict)
    item: str = ""

    @classmethod
    def parse(cls, text: str, *, environment: Mapping[str, str] | None = None) -> "Location":
        """From a path (`a.csv`, `a.xlsx#Sheet1`) or a URL (`mysql://u:${PW}@host/db#table`).

        `${NAME}` in a URL is taken from the environment, so that passwords need not be typed
        where others see them. InvalidLocationError, which never repeats the secret.
        """
        if "://" not in text:
            path, _, item = text.partition("#")
            if not path:
                raise InvalidLocationError("数据位置为空，应为文件路径或“类型://地址#表名”")
            return cls(scheme="", path=path, item=item)
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise InvalidLocationError("数据位置的地址或端口写法有误") from None
        values = os.environ if environment is None else environment
        return cls(
            scheme=parts.scheme.lower(),
            path=unquote(parts.path),
            host=parts.hostname or "",
            port=port,
            user=_filled(unquote(parts.username or ""), values),
            secret=Secret(_filled(unquote(parts.password or ""), values)),
            options=dict(parse_qsl(parts.query, keep_blank_values=True)),
            item=unquote(parts.fragment),
        )

    def __str__(self) -> str:
        """What may be shown to people: without user and secret."""
        item = f"#{self.item}" if self.item else ""
        if not self.scheme:
            return f"{self.path}{item}"
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{item}"

    @property
    def local(self) -> Path:
        """The path on this machine."""
        return Path(self.path)


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in values:
            raise InvalidLocationError(f"环境变量 {name} 未设置，无法取得账号或密码", name=name)
        return values[name]

    return _VARIABLE.sub(value, text)
