from steward.contracts.reports.parts.ticket import ticket_sections
from steward.contracts.reports.registry import KINDS, Asked, TicketKind
from steward.contracts.reports.sections import Section


@KINDS.register
class Emergency(TicketKind):
    """An emergency: restored when, by whom, with what follows."""

    code = "emergency"
    label = "应急处置报告"
    ticket_kinds = ("emergency",)
    words = ("应急",)
    order = 60

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return ticket_sections(asked)
