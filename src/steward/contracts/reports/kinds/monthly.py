from steward.contracts.reports.parts.desk import changed, tickets
from steward.contracts.reports.parts.duties import ahead, duties, people
from steward.contracts.reports.parts.running import running
from steward.contracts.reports.parts.scoring import score
from steward.contracts.reports.registry import KINDS, Asked, PeriodicKind
from steward.contracts.reports.sections import Section


@KINDS.register
class Monthly(PeriodicKind):
    """What happened in a calendar month of the term, and where the score stands."""

    code = "monthly"
    label = "运维工作月报"
    rhythm = "monthly"
    words = ("月报",)
    order = 20

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return (
            running(asked),
            tickets(asked),
            changed(asked),
            duties(asked),
            people(asked),
            score(asked),
            ahead(asked),
        )
