"""Acceptance in a pack (clause C9): who acts within how many days, what silence means, what is handed over."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.problems import Path
from steward.contracts.packs.shape import Clause, Code, Part, Words
from steward.contracts.packs.yamltree import YamlTree

if TYPE_CHECKING:
    from steward.contracts.packs.document import Pack


class RequestTerms(Part):
    """When the supplier asks: `after` the term, and by when where the text says so."""

    after: Literal["term_end", "any_time"] = "term_end"
    within_months: Annotated[int, Field(ge=1, le=24)] | None = None
    clause: Clause


class AcceptanceLimit(Part):
    """How long the client has for one step.

    Days count from the day after `starts` (《民法典》第二百零一条); the last of calendar days moves to
    the next working day of `calendar` when it is a day off (第二百零三条).
    """

    id: Code
    title: Words
    step: Literal["examine", "prepare", "organise"]
    starts: Literal["requested", "accepted", "prepared"]
    days: Annotated[int, Field(ge=1, le=366)]
    unit: Literal["days", "working_days"]
    calendar: Code
    on_overdue: Literal["deemed_passed", "overdue"] = "overdue"
    clause: Clause


class Deliverable(Part):
    """What the supplier hands over; `source` says where the platform looks for it.

    upload: a file attached under this item. settlement: the settled assessment. survey: a closed
    satisfaction survey. metric: complete when the metric counts nothing missing.
    """

    id: Code
    title: Words
    source: Literal["upload", "settlement", "survey", "metric"] = "upload"
    metric: Code | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    required: bool = True
    clause: Clause

    @model_validator(mode="after")
    def _metric_where_it_is_asked(self) -> "Deliverable":
        if (self.source == "metric") != (self.metric is not None):
            raise ValueError("source 为 metric 时须写明 metric，其余来源不写")
        return self


class Acceptance(Part):
    """The whole procedure.

    `panel`: a review needs named experts. `needs_assessment`: passing needs the settled
    assessment, and no veto.
    """

    request: RequestTerms
    limits: tuple[AcceptanceLimit, ...] = ()
    panel: bool = False
    needs_assessment: bool = False
    deliverables: tuple[Deliverable, ...] = ()
    clause: Clause
    note: str = ""

    @property
    def prepares(self) -> bool:
        """Whether the contract speaks of a preparation between request and review."""
        return any(limit.step == "prepare" for limit in self.limits)


STARTS = {
    "examine": ("requested",),
    "prepare": ("requested", "accepted"),
    "organise": ("requested", "accepted", "prepared"),
}


def check_acceptance(pack: "Pack", tree: YamlTree) -> None:
    """Cross-checks of the section: twins, calendars, steps that can start, silence said once."""
    section = pack.acceptance
    if section is None:
        return
    calendars = [use.id for use in pack.calendars]
    for n, limit in enumerate(section.limits):
        _check_limit(section, limit, ("acceptance", "limits", n), tree=tree, calendars=calendars)
    for name, codes in (
        ("limits", [limit.id for limit in section.limits]),
        ("deliverables", [item.id for item in section.deliverables]),
    ):
        for n, code in enumerate(codes):
            if codes.count(code) > 1:
                tree.problem(("acceptance", name, n, "id"), "编号重复", value=code)
    silent = [n for n, limit in enumerate(section.limits) if limit.on_overdue == "deemed_passed"]
    if len(silent) > 1:
        tree.problem(("acceptance", "limits", silent[1]), "逾期视为合格只能写在一步上")


def _check_limit(
    section: Acceptance,
    limit: AcceptanceLimit,
    path: Path,
    *,
    tree: YamlTree,
    calendars: list[str],
) -> None:
    if limit.calendar not in calendars:
        words = "calendars 里没有这个日历"
        tree.problem((*path, "calendar"), words, value=limit.calendar, allowed=", ".join(calendars))
    fit = STARTS[limit.step]
    if limit.starts not in fit:
        words = f"“{limit.title}”不能从这一步起算"
        tree.problem((*path, "starts"), words, value=limit.starts, allowed=", ".join(fit))
    if limit.starts == "prepared" and not section.prepares:
        tree.problem((*path, "starts"), "limits 里没有准备（prepare）这一步", value="prepared")
