"""Run one probe once: whatever happens, a result comes out, and never a secret."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from steward.core.notify import api as notify
from steward.core.notify.api import UnreadableSecretError
from steward.kernel.registry import UnknownCodeError
from steward.operations.monitoring import schema
from steward.operations.monitoring.failures import words_of
from steward.operations.monitoring.registry import (
    PROBES,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)

log = logging.getLogger(__name__)


async def run_sealed(
    probe: str, public: Mapping[str, Any], *, sealed: str, context: ProbeContext
) -> ProbeResult:
    """Run a probe from its stored settings; settings that no longer fit are *unknown*."""
    try:
        known = schema.secret_names(PROBES.get(probe).settings_model)
        secret = {k: v for k, v in notify.unseal(sealed).items() if k in known}
        settings = schema.validate(probe, {**public, **secret})
    except (UnknownCodeError, schema.InvalidSettingsError, UnreadableSecretError) as error:
        return ProbeResult(State.UNKNOWN, str(error))
    return await run(probe, settings, context)


async def run(probe: str, settings: ProbeSettings, context: ProbeContext) -> ProbeResult:
    """Run a probe inside its timeout; unreachable is *down*, our own fault is *unknown*."""
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(context.seconds):
            return await PROBES.get(probe)().check(settings, context)
    except ProbeFailedError as error:
        return ProbeResult(State.DOWN, error.message, _since(began), _plain(error.data))
    except (TimeoutError, httpx.TimeoutException):
        return ProbeResult(State.DOWN, f"超过 {context.seconds:g} 秒没有回应", _since(began))
    except httpx.HTTPError as error:
        return ProbeResult(State.DOWN, _http_words(error), _since(began))
    except OSError as error:
        return ProbeResult(State.DOWN, words_of(error), _since(began))
    except Exception as error:  # noqa: BLE001 - one probe's fault must not end the prober
        log.error("probe %s failed in itself: %s", probe, type(error).__name__)  # noqa: TRY400
        return ProbeResult(State.UNKNOWN, f"探测程序出错（{type(error).__name__}）")


def _since(began: float) -> timedelta:
    return timedelta(seconds=asyncio.get_running_loop().time() - began)


def _http_words(error: httpx.HTTPError) -> str:
    """The innermost network failure in words."""
    if isinstance(error, httpx.TooManyRedirects):
        return "跳转次数过多"
    found = None
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        found = cause if isinstance(cause, OSError) else found
        cause = cause.__cause__ or cause.__context__
    if found is not None:
        return words_of(found)
    if isinstance(error, httpx.ProtocolError):
        return "对方的应答不符合 HTTP 协议"
    return f"连接失败（{type(error).__name__}）"


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v is None or isinstance(v, str | int | bool)}
