"""What runs in the background: event handlers, jobs and services, each with a stable code."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from steward.kernel.errors import StewardError
from steward.kernel.events import Event

Handler = Callable[[Any], None]
ServiceLoop = Callable[[], Awaitable[None]]


class UnknownJobError(StewardError):
    """A stored job or handler code has no implementation any more."""

    code = "jobs.unknown"
    status = 404


@dataclass(frozen=True, slots=True)
class HandlerSpec:
    code: str
    event: type[Event]
    run: Handler


@dataclass(frozen=True, slots=True)
class JobSpec:
    """`schedule` is a cron expression (5 fields, or 6 with seconds last) in Asia/Shanghai."""

    code: str
    label: str
    run: Callable[..., None]
    schedule: str | None
    queue: str


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    code: str
    label: str
    run: ServiceLoop


HANDLERS: dict[str, HandlerSpec] = {}
JOBS: dict[str, JobSpec] = {}
SERVICES: dict[str, ServiceSpec] = {}


def _add(table: dict[str, Any], code: str, spec: Any) -> None:
    if code in table:
        raise ValueError(f"background code {code!r} is registered twice")
    table[code] = spec


def handles(event: type[Event], *, code: str) -> Callable[[Handler], Handler]:
    """Run the function for every `event`, once, in a transaction of its own.

    A failing handler is tried again with growing waits, and shown on the jobs page.
    """

    def decorate(run: Handler) -> Handler:
        _add(HANDLERS, code, HandlerSpec(code, event, run))
        return run

    return decorate


def service(*, code: str, label: str) -> Callable[[ServiceLoop], ServiceLoop]:
    """A loop that `steward worker` keeps running in a process of its own.

    Several workers may run the same service: it claims its work row by row.
    """

    def decorate(run: ServiceLoop) -> ServiceLoop:
        _add(SERVICES, code, ServiceSpec(code, label, run))
        return run

    return decorate


def handlers_of(event: type[Event]) -> list[HandlerSpec]:
    return [spec for spec in HANDLERS.values() if spec.event is event]


def job_spec(code: str) -> JobSpec:
    try:
        return JOBS[code]
    except KeyError:
        raise UnknownJobError(f"后台任务“{code}”已不存在") from None


def handler_spec(code: str) -> HandlerSpec:
    try:
        return HANDLERS[code]
    except KeyError:
        raise UnknownJobError(f"事件处理程序“{code}”已不存在") from None
