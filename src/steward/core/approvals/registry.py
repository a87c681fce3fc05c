"""What approvals are for (the facts a condition may read), and how approvers are found."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from steward.kernel.errors import InvalidError
from steward.kernel.registry import Extension, Registry


class InvalidApproverError(InvalidError):
    """A step names its approvers in a way that cannot be used."""

    code = "approvals.invalid_approver"


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact that conditions may read; `kind` is number, text or choice (with `choices`)."""

    code: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What flows of an app are about: the words, and the facts that `start` will be given."""

    code: str
    label: str
    facts: tuple[FactField, ...]

    @property
    def labels(self) -> dict[str, str]:
        return {fact.code: fact.label for fact in self.facts}

    @property
    def values(self) -> dict[str, dict[str, str]]:
        return {fact.code: dict(fact.choices) for fact in self.facts if fact.choices}


GENERAL = "general"
_PURPOSES: dict[str, Purpose] = {}


def declare_purpose(code: str, label: str, facts: tuple[FactField, ...]) -> None:
    """State, in an app's registrations, what its approvals are about."""
    if code in _PURPOSES:
        raise ValueError(f"approval purpose {code!r} is declared twice")
    _PURPOSES[code] = Purpose(code, label, facts)


def purposes() -> list[Purpose]:
    return sorted(_PURPOSES.values(), key=lambda p: p.label)


def purpose(code: str) -> Purpose:
    """The purpose of that code; flows whose app is gone fall back to the general one."""
    return _PURPOSES.get(code, _PURPOSES[GENERAL])


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, for which body, when: what approvers are found by."""

    requester_id: int | None
    organization_id: int | None
    now: datetime


class ApproverKind(Extension):
    """One way to say who approves; `describe` in the words of the step ladder."""

    do_not_call_in_templates: ClassVar[bool] = True
    takes: ClassVar[str]

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params

    @abstractmethod
    def check(self) -> None:
        """InvalidApproverError when the parameters are not usable."""

    @abstractmethod
    def resolve(self, request: Request) -> list[int]:
        """The user ids, perhaps none."""

    @abstractmethod
    def describe(self) -> str:
        """Who this is, in Chinese."""


KINDS: Registry[ApproverKind] = Registry("steward.core.approvals.kinds")
