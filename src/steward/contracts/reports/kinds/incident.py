from steward.contracts.reports.parts.ticket import ticket_sections
from steward.contracts.reports.registry import KINDS, Asked, TicketKind
from steward.contracts.reports.sections import Section


@KINDS.register
class Incident(TicketKind):
    """A fault, a program problem, or one across systems."""

    code = "incident"
    label = "故障报告"
    ticket_kinds = (
        "incident",
        "program",
        "cross_system",
        "problem",
    )
    words = (
        "事件报告",
        "故障报告",
    )
    order = 50

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return ticket_sections(asked)
