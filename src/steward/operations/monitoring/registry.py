"""What a probe is: its settings, the context of one run, its result, and the list of all probes."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from steward.kernel.errors import StewardError
from steward.kernel.registry import Extension, Registry


class State(StrEnum):
    """What is known about a target."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class ProbeSettings(BaseModel):
    """Base of every probe's settings: flat fields; `SecretStr` ones are encrypted at rest.

    `Field(title=…, description=…)` are the words of the form.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class ProbeContext:
    """One run: when it began, how long it may take, and what the platform itself knows.

    `last_beat_at` and `watching_since` matter to probes that wait for the target's call;
    `watching_since` is the instant from which this prober has been listening.
    """

    now: datetime
    timeout: timedelta
    last_beat_at: datetime | None = None
    watching_since: datetime | None = None

    @property
    def seconds(self) -> float:
        return self.timeout.total_seconds()


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What one run saw; `message` is a Chinese sentence, `detail` plain JSON values."""

    state: State
    message: str
    latency: timedelta | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


class ProbeFailedError(StewardError):
    """The target does not do what it should: the probe's way to say *down*."""

    code = "monitoring.probe_failed"
    status = 502


S = TypeVar("S", bound=ProbeSettings)


class Probe(Extension, Generic[S]):
    """One way to find out whether a target works.

    `check` returns a result or raises ProbeFailedError, an OSError or TimeoutError, which all
    mean *down*; any other exception is the prober's own fault and means *unknown*.
    """

    summary: ClassVar[str]
    settings_model: ClassVar[type[ProbeSettings]]

    @abstractmethod
    async def check(self, settings: S, context: ProbeContext) -> ProbeResult:
        """Look at the target once."""

    @abstractmethod
    def target(self, settings: S) -> str:
        """Where the probe looks, in one line without secrets."""


PROBES: Registry[Probe[Any]] = Registry("steward.operations.monitoring.probes")


def probe_choices() -> list[tuple[str, str]]:
    """The probes for a form or a model field."""
    return PROBES.choices()
