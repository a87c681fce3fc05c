"""Posting JSON to a robot or gateway, with its answer read: these services refuse with HTTP 200."""

from collections.abc import Mapping
from typing import Any

import httpx

from steward.core.notify.registry import ChannelRejectedError, ChannelUnavailableError

TIMEOUT_SECONDS = 15


def post_json(url: str, body: Mapping[str, Any], *, params: Mapping[str, str], label: str) -> Any:
    """The JSON answer of a POST; errors name the channel and never the address or a secret."""
    try:
        answer = httpx.post(url, json=body, params=params, timeout=TIMEOUT_SECONDS)
    except httpx.InvalidURL:
        raise ChannelRejectedError(f"{label}的地址不正确，请检查渠道设置") from None
    except httpx.HTTPError as error:
        raise ChannelUnavailableError(f"{label}连接失败：{type(error).__name__}") from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise ChannelUnavailableError(f"{label}暂时不可用：HTTP {answer.status_code}")
    if answer.status_code >= 400:
        raise ChannelRejectedError(f"{label}拒绝接收：HTTP {answer.status_code}")
    try:
        return answer.json()
    except ValueError:
        raise ChannelRejectedError(f"{label}的回答不是 JSON，请检查渠道地址") from None


def check_code(code: int, message: str, *, label: str, busy: frozenset[int]) -> None:
    """Zero is success; codes in `busy` mean: try again later."""
    if code == 0:
        return
    words = f"{label}返回错误 {code}：{message[:200]}"
    raise ChannelUnavailableError(words) if code in busy else ChannelRejectedError(words)
