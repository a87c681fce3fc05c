from steward.contracts.reports.parts.ticket import ticket_sections
from steward.contracts.reports.registry import KINDS, Asked, TicketKind
from steward.contracts.reports.sections import Section


@KINDS.register
class SecurityEvent(TicketKind):
    """A security event with its analysis and measures."""

    code = "security_event"
    label = "安全事件分析报告"
    ticket_kinds = ("security_event",)
    words = ("事件分析报告",)
    order = 70

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return ticket_sections(asked)
