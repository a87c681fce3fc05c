"""Facade of staffing: the team, its roster, who was there, and changes of people."""

from steward.contracts.staffing.choices import ChangeReason, ChangeState, Origin, Outcome, PlanState
from steward.contracts.staffing.errors import (
    InvalidStaffingError,
    NotOnTeamError,
    StaffingStateError,
)
from steward.contracts.staffing.events import MemberLeft, TeamChanged
from steward.contracts.staffing.queries.changes import (
    ChangeInfo,
    UnapprovedChange,
    changes_between,
    unapproved_between,
)
from steward.contracts.staffing.queries.days import (
    DayStanding,
    Presence,
    standing_on,
    standings,
    understaffed,
)
from steward.contracts.staffing.queries.team import (
    MemberInfo,
    Terms,
    Turnover,
    everybody,
    get_members,
    memberships,
    team_of,
    terms_on,
    turnover,
)
from steward.contracts.staffing.services.attendance import (
    Confirmed,
    answer_dispute,
    check_in,
    confirm_days,
    dispute_attendance,
    register_late,
    settle_dispute,
)
from steward.contracts.staffing.services.changes import (
    FLOW,
    ChangeDraft,
    Incoming,
    apply_change,
    apply_due,
    request_change,
)
from steward.contracts.staffing.services.checks import check_contract
from steward.contracts.staffing.services.roster import (
    free_day,
    generate_roster,
    mark_absent,
    plan_day,
)
from steward.contracts.staffing.services.team import (
    Masked,
    MemberPatch,
    NewMember,
    add_member,
    correct_member,
    end_membership,
    masked,
    reveal,
)
from steward.contracts.staffing.sheets import statement_sheet, team_sheet

__all__ = [
    "FLOW",
    "ChangeDraft",
    "ChangeInfo",
    "ChangeReason",
    "ChangeState",
    "Confirmed",
    "DayStanding",
    "Incoming",
    "InvalidStaffingError",
    "Masked",
    "MemberInfo",
    "MemberLeft",
    "MemberPatch",
    "NewMember",
    "NotOnTeamError",
    "Origin",
    "Outcome",
    "PlanState",
    "Presence",
    "StaffingStateError",
    "TeamChanged",
    "Terms",
    "Turnover",
    "UnapprovedChange",
    "add_member",
    "answer_dispute",
    "apply_change",
    "apply_due",
    "changes_between",
    "check_contract",
    "check_in",
    "confirm_days",
    "correct_member",
    "dispute_attendance",
    "end_membership",
    "everybody",
    "free_day",
    "generate_roster",
    "get_members",
    "mark_absent",
    "masked",
    "memberships",
    "plan_day",
    "register_late",
    "request_change",
    "reveal",
    "settle_dispute",
    "standing_on",
    "standings",
    "statement_sheet",
    "team_of",
    "team_sheet",
    "terms_on",
    "turnover",
    "unapproved_between",
    "understaffed",
]
