"""Facade of monitoring: monitors, maintenance and exclusions, spans, availability."""

from steward.operations.monitoring.availability import (
    Aggregation,
    Availability,
    UnknownParameterError,
    UnknownPolicy,
)
from steward.operations.monitoring.queries.board import Board, board
from steward.operations.monitoring.queries.figures import Outage, availability
from steward.operations.monitoring.queries.monitors import (
    MONITOR_KIND,
    SPAN_KIND,
    MonitorInfo,
    get_monitor,
    monitors_of_item,
)
from steward.operations.monitoring.queries.spans import SpanInfo, get_span, spans_between
from steward.operations.monitoring.registry import (
    PROBES,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)
from steward.operations.monitoring.schema import InvalidSettingsError
from steward.operations.monitoring.services.monitors import (
    InvalidMonitorError,
    MonitorDraft,
    change_monitor,
    create_monitor,
    pause_monitor,
    resume_monitor,
    take_beat,
)
from steward.operations.monitoring.services.results import (
    Observation,
    mark_silent,
    record_results,
)
from steward.operations.monitoring.services.windows import (
    WINDOW_KIND,
    Grounds,
    InvalidWindowError,
    SamePersonError,
    Targets,
    WindowConfirmedError,
    approve_maintenance,
    confirm_exclusion,
    end_window,
    install_term,
    open_maintenance,
    propose_exclusion,
    request_maintenance,
)

__all__ = [
    "MONITOR_KIND",
    "PROBES",
    "SPAN_KIND",
    "WINDOW_KIND",
    "Aggregation",
    "Availability",
    "Board",
    "Grounds",
    "InvalidMonitorError",
    "InvalidSettingsError",
    "InvalidWindowError",
    "MonitorDraft",
    "MonitorInfo",
    "Observation",
    "Outage",
    "ProbeFailedError",
    "ProbeResult",
    "ProbeSettings",
    "SamePersonError",
    "SpanInfo",
    "State",
    "Targets",
    "UnknownParameterError",
    "UnknownPolicy",
    "WindowConfirmedError",
    "approve_maintenance",
    "availability",
    "board",
    "change_monitor",
    "confirm_exclusion",
    "create_monitor",
    "end_window",
    "get_monitor",
    "get_span",
    "install_term",
    "mark_silent",
    "monitors_of_item",
    "open_maintenance",
    "pause_monitor",
    "propose_exclusion",
    "record_results",
    "request_maintenance",
    "resume_monitor",
    "spans_between",
    "take_beat",
]
