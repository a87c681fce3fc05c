"""A flow as data: its steps, read and checked so that every problem is told at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from steward.core.approvals.choices import Mode, TimeoutAction
from steward.core.approvals.registry import KINDS, ApproverKind, Purpose
from steward.kernel.conditions import Condition, parse_condition
from steward.kernel.errors import InvalidError, StewardError

LONGEST_TIMEOUT_HOURS = 2_000
MOST_STEPS = 20


class InvalidFlowError(InvalidError):
    """A flow that cannot be used; `problems` lists every sentence."""

    code = "approvals.invalid_flow"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("；".join(problems), problems=list(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Timeout:
    """After so much working time on a calendar, what happens; `escalate_to` for escalation."""

    after: timedelta
    calendar: str
    action: str
    escalate_to: tuple[ApproverKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who, how many of them, under which condition, how long."""

    name: str
    approvers: tuple[ApproverKind, ...]
    mode: str
    condition: Condition
    timeout: Timeout | None

    @property
    def who(self) -> str:
        return "；".join(approver.describe() for approver in self.approvers)


@dataclass(frozen=True, slots=True)
class Definition:
    """The steps in order; `allow_self` lets people approve their own requests."""

    steps: tuple[Step, ...]
    allow_self: bool


def read_definition(
    data: Mapping[str, Any], *, purpose: Purpose, calendars: Sequence[str], check: bool = True
) -> Definition:
    """Read the stored form; InvalidFlowError with every problem, each naming its step.

    `check` False is for what was checked when it was defined: people, permissions and facts
    that are gone since then do not stop a running approval.
    """
    raw = data.get("steps")
    if not isinstance(raw, list) or not raw:
        raise InvalidFlowError(["流程至少要有一个步骤"])
    if len(raw) > MOST_STEPS:
        raise InvalidFlowError([f"流程最多 {MOST_STEPS} 个步骤，现在有 {len(raw)} 个"])
    reader = _Reader(purpose, calendars, check=check)
    steps = [reader.step(number, one) for number, one in enumerate(raw, start=1)]
    if reader.problems:
        raise InvalidFlowError(reader.problems)
    return Definition(tuple(s for s in steps if s), allow_self=bool(data.get("allow_self")))


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, purpose: Purpose, calendars: Sequence[str], *, check: bool) -> None:
        self.fields = purpose.labels if check else None
        self.check = check
        self.calendars = calendars
        self.problems: list[str] = []

    def step(self, number: int, raw: Any) -> Step | None:
        if not isinstance(raw, Mapping):
            self.problems.append(f"第 {number} 步：内容无法识别")
            return None
        name = str(raw.get("name") or "").strip()
        place = f"第 {number} 步“{name}”" if name else f"第 {number} 步"
        if not name:
            self.problems.append(f"{place}：请填写步骤名称")
        mode = raw.get("mode", Mode.ANY)
        if mode not in Mode.values:
            self.problems.append(f"{place}：会签方式应是“任一人”或“所有人”，不能是“{mode}”")
        return Step(
            name=name,
            approvers=tuple(self._approvers(raw.get("approvers"), place)),
            mode=mode,
            condition=self._condition(raw.get("condition"), place),
            timeout=self._timeout(raw.get("timeout"), place),
        )

    def _approvers(self, raw: Any, place: str) -> Iterator[ApproverKind]:
        if not isinstance(raw, list) or not raw:
            self.problems.append(f"{place}：请添加审批人")
            return
        for one in raw:
            try:
                kind = KINDS.get(str(one.get("kind")))(one)
                if self.check:
                    kind.check()
            except (StewardError, ValueError, AttributeError) as error:
                words = error.message if isinstance(error, StewardError) else "审批人无法识别"
                self.problems.append(f"{place}：{words}")
            else:
                yield kind

    def _condition(self, raw: Any, place: str) -> Condition:
        try:
            return parse_condition(raw, fields=self.fields, path="条件")
        except StewardError as error:
            self.problems.append(f"{place}：{error.message}")
            return parse_condition(None)

    def _timeout(self, raw: Any, place: str) -> Timeout | None:
        if not raw:
            return None
        hours, calendar, action = raw.get("hours"), raw.get("calendar"), raw.get("action")
        known = len(self.problems)
        if not isinstance(hours, int) or not 0 < hours <= LONGEST_TIMEOUT_HOURS:
            self.problems.append(f"{place}：时限应是 1 到 {LONGEST_TIMEOUT_HOURS} 的整数小时")
        if calendar not in self.calendars:
            self.problems.append(f"{place}：请选择计算时限的工作日历")
        if action not in TimeoutAction.values:
            self.problems.append(f"{place}：请选择超时后如何处理")
        upper: tuple[ApproverKind, ...] = ()
        if action == TimeoutAction.ESCALATE:
            upper = tuple(self._approvers(raw.get("escalate_to"), f"{place}超时"))
        if len(self.problems) > known:
            return None
        return Timeout(timedelta(hours=hours), str(calendar), str(action), upper)
