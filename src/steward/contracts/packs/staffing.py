"""Staffing in a pack (clause C8): how many people on site, which positions, how they change."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.shape import Clause, Code, Part, Ratio, Words
from steward.contracts.packs.yamltree import YamlTree

if TYPE_CHECKING:
    from steward.contracts.packs.document import Pack

Excuse = Literal["illness", "accident", "resignation"]


class Position(Part):
    """A position of the team; a person in a `key` one changes only with the client's approval."""

    code: Code
    title: Words
    count: Annotated[int, Field(ge=1, le=500)] = 1
    key: bool = False
    qualification: str = ""


class Changes(Part):
    """How people may be changed.

    `approval`: whose change needs the client's approval (key persons, everybody). The approval is
    asked for at least `notice_days` calendar days ahead, where the contract says so. `statement`:
    every other change is stated in writing; `renew_list`: with the list of the team as it is then.
    """

    approval: Literal["key", "all"] = "key"
    notice_days: Annotated[int, Field(ge=1, le=365)] | None = None
    statement: bool = False
    renew_list: bool = False
    clause: Clause


class Turnover(Part):
    """The share of the team that may change in a contract year; some reasons do not count.

    No `limit`: the contract speaks of a share and names none, so that it is only shown.
    """

    limit: Ratio | None = None
    excused: tuple[Excuse, ...] = ()
    clause: Clause

    @model_validator(mode="after")
    def _reasons_once(self) -> "Turnover":
        if len(set(self.excused)) != len(self.excused):
            raise ValueError("不计入变更比例的原因不能重复")
        return self


class Staffing(Part):
    """Who must be there: `on_site` people on every working day of the named calendar."""

    on_site: Annotated[int, Field(ge=0, le=500)]
    calendar: Code
    positions: tuple[Position, ...] = ()
    changes: Changes | None = None
    turnover: Turnover | None = None
    clause: Clause
    note: str = ""

    def position(self, code: str) -> Position | None:
        return next((position for position in self.positions if position.code == code), None)

    def excuses(self) -> tuple[Excuse, ...]:
        return self.turnover.excused if self.turnover else ()

    def turnover_limit(self) -> Decimal | None:
        return self.turnover.limit if self.turnover else None


def check_staffing(pack: "Pack", tree: YamlTree) -> None:
    """The calendar is one of the contract's, positions are named once, key ones can be approved."""
    terms = pack.staffing
    if terms is None:
        return
    calendars = [use.id for use in pack.calendars]
    if terms.calendar not in calendars:
        tree.problem(
            ("staffing", "calendar"),
            "calendars 里没有这个日历",
            value=terms.calendar,
            allowed=", ".join(calendars),
        )
    for index in _twins(position.code for position in terms.positions):
        tree.problem(
            ("staffing", "positions", index, "code"),
            "编号重复",
            value=terms.positions[index].code,
        )
    for index, position in enumerate(terms.positions):
        if position.key and terms.changes is None:
            tree.problem(
                ("staffing", "positions", index, "key"),
                f"“{position.title}”是关键岗位，须在 staffing.changes 写明更换须经谁同意及条款",
            )


def _twins(codes: Iterable[str]) -> list[int]:
    seen: set[str] = set()
    found = []
    for index, code in enumerate(codes):
        if code in seen:
            found.append(index)
        seen.add(code)
    return found
