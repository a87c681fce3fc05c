"""The rows of the desk."""

from steward.desk.tickets.models.clocks import Adjustment, Clock, ClockEventRow
from steward.desk.tickets.models.policies import PolicyRuleRow, PolicyVersion
from steward.desk.tickets.models.routing import RoutingRule, Team
from steward.desk.tickets.models.tickets import (
    BulkResult,
    NumberSeries,
    Ticket,
    TicketFinding,
    TicketLink,
    TicketStep,
    TimelineEntry,
)

__all__ = [
    "Adjustment",
    "BulkResult",
    "Clock",
    "ClockEventRow",
    "NumberSeries",
    "PolicyRuleRow",
    "PolicyVersion",
    "RoutingRule",
    "Team",
    "Ticket",
    "TicketFinding",
    "TicketLink",
    "TicketStep",
    "TimelineEntry",
]
