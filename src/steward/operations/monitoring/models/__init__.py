from steward.operations.monitoring.models.monitors import (
    LINE_FACTS,
    Monitor,
    SeverityChoice,
    Span,
    Standing,
    StateChoice,
)
from steward.operations.monitoring.models.results import (
    Prober,
    Rollup,
    RollupMark,
    RollupSize,
    Sample,
)
from steward.operations.monitoring.models.windows import (
    ContractTerm,
    Window,
    WindowKind,
    WindowTarget,
)

__all__ = [
    "LINE_FACTS",
    "ContractTerm",
    "Monitor",
    "Prober",
    "Rollup",
    "RollupMark",
    "RollupSize",
    "Sample",
    "SeverityChoice",
    "Span",
    "Standing",
    "StateChoice",
    "Window",
    "WindowKind",
    "WindowTarget",
]
