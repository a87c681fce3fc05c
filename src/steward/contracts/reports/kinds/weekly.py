from steward.contracts.reports.parts.desk import changed, tickets
from steward.contracts.reports.parts.duties import ahead, duties
from steward.contracts.reports.parts.running import running
from steward.contracts.reports.registry import KINDS, Asked, PeriodicKind
from steward.contracts.reports.sections import Section


@KINDS.register
class Weekly(PeriodicKind):
    """What happened in an ISO week of the term."""

    code = "weekly"
    label = "运维工作周报"
    rhythm = "weekly"
    words = ("周报",)
    order = 10

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return (running(asked), tickets(asked), changed(asked), duties(asked), ahead(asked))
