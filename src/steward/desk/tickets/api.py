"""Facade of the desk: policies, tickets, their clocks and adjustments, routing."""

from steward.desk.tickets.choices import (
    HAPPENINGS,
    KINDS,
    SEVERITIES,
    ArrivalProof,
    Side,
    TicketKind,
    TicketState,
    UnknownWordError,
    kind_label,
)
from steward.desk.tickets.events import (
    ClockAdjusted,
    ClockBreached,
    ClockWarned,
    PolicyInstalled,
    TicketAssigned,
    TicketEnded,
    TicketOpened,
    TicketReopened,
    TicketReplied,
)
from steward.desk.tickets.queries.clocks import ClockInfo, clocks_of_ticket, get_clock
from steward.desk.tickets.queries.policies import PolicyInfo, get_policy, policies_of
from steward.desk.tickets.queries.queue import count_late
from steward.desk.tickets.queries.scope import Somebody
from steward.desk.tickets.queries.tickets import TicketInfo, find_ticket, get_ticket, tickets_about
from steward.desk.tickets.queries.timeline import TimelineLine, timeline_of
from steward.desk.tickets.services.adjustments import (
    Proposal,
    decide_adjustment,
    propose_adjustment,
)
from steward.desk.tickets.services.ending import (
    Resolution,
    close_ticket,
    merge_ticket,
    reopen_ticket,
    request_recheck,
    resolve_ticket,
    void_ticket,
)
from steward.desk.tickets.services.errors import (
    FourEyesError,
    InvalidInputError,
    InvalidPolicyError,
    MissingStepError,
    PolicyConflictError,
    StillFailingError,
    WrongStateError,
)
from steward.desk.tickets.services.linking import (
    attach_file,
    link_subject,
    link_tickets,
    tag_ticket,
)
from steward.desk.tickets.services.numbering import next_number
from steward.desk.tickets.services.opening import NewTicket, open_ticket
from steward.desk.tickets.services.policies import PolicyDefinition, PolicyRule, install_policy
from steward.desk.tickets.services.routing import Route, finish_finding, route, take_finding
from steward.desk.tickets.services.scanner import scan
from steward.desk.tickets.services.severity import change_severity
from steward.desk.tickets.services.teams import (
    InvalidTeamError,
    TeamDraft,
    TeamInUseError,
    save_team,
)
from steward.desk.tickets.services.work import (
    Arrival,
    Assignment,
    add_note,
    assign_ticket,
    check_in,
    complete_step,
    reply,
    resume_ticket,
    suspend_ticket,
)

__all__ = [
    "HAPPENINGS",
    "KINDS",
    "SEVERITIES",
    "Arrival",
    "ArrivalProof",
    "Assignment",
    "ClockAdjusted",
    "ClockBreached",
    "ClockInfo",
    "ClockWarned",
    "FourEyesError",
    "InvalidInputError",
    "InvalidPolicyError",
    "InvalidTeamError",
    "MissingStepError",
    "NewTicket",
    "PolicyConflictError",
    "PolicyDefinition",
    "PolicyInfo",
    "PolicyInstalled",
    "PolicyRule",
    "Proposal",
    "Resolution",
    "Route",
    "Side",
    "Somebody",
    "StillFailingError",
    "TeamDraft",
    "TeamInUseError",
    "TicketAssigned",
    "TicketEnded",
    "TicketInfo",
    "TicketKind",
    "TicketOpened",
    "TicketReopened",
    "TicketReplied",
    "TicketState",
    "TimelineLine",
    "UnknownWordError",
    "WrongStateError",
    "add_note",
    "assign_ticket",
    "attach_file",
    "change_severity",
    "check_in",
    "clocks_of_ticket",
    "close_ticket",
    "complete_step",
    "count_late",
    "decide_adjustment",
    "find_ticket",
    "finish_finding",
    "get_clock",
    "get_policy",
    "get_ticket",
    "install_policy",
    "kind_label",
    "link_subject",
    "link_tickets",
    "merge_ticket",
    "next_number",
    "open_ticket",
    "policies_of",
    "propose_adjustment",
    "reopen_ticket",
    "reply",
    "request_recheck",
    "resolve_ticket",
    "resume_ticket",
    "route",
    "save_team",
    "scan",
    "suspend_ticket",
    "tag_ticket",
    "take_finding",
    "tickets_about",
    "timeline_of",
    "void_ticket",
]
