"""What goes wrong around rules and data, in words for the person who has to act."""

from typing import ClassVar

from steward.kernel.errors import StewardError


class RuleError(StewardError):
    """One rule that cannot run; the others still do."""

    code: ClassVar[str] = "rules.rule"
    status: ClassVar[int] = 422


class RuleSetError(StewardError):
    """A rule file that is not right; data `problems`: every one of them with its place."""

    code: ClassVar[str] = "rules.rule_set"
    status: ClassVar[int] = 422


class SourceError(StewardError):
    """Data that cannot be read: file, row and column are named where they are known."""

    code: ClassVar[str] = "rules.source"
    status: ClassVar[int] = 422


class FailuresError(StewardError):
    """A file of failing rows that cannot be written or read."""

    code: ClassVar[str] = "rules.failures"
    status: ClassVar[int] = 422
