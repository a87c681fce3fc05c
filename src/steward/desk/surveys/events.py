from dataclasses import dataclass
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SurveyRoundClosed(Event):
    """A round of a survey was closed; its answers are frozen."""

    name: ClassVar[str] = "surveys.round_closed"
    round_id: int
    contract: str
    answers: int
