"""Confidentiality in a pack (clause C11): who signs, what needs approval, what is handed back."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.shape import Clause, Part

AccessKind = Literal["data", "host", "database", "remote", "export"]


class Agreements(Part):
    """Each person's own agreement, signed before anything is shown to them."""

    required: bool = True
    remind_days: Annotated[int, Field(ge=1, le=365)] = 30
    clause: Clause


class Grants(Part):
    """Which access the client approves, for how many days at most, and what is watched."""

    approve: Annotated[tuple[AccessKind, ...], Field(min_length=1)]
    longest_days: Annotated[int, Field(ge=1, le=366)] | None = None
    watched: tuple[AccessKind, ...] = ()
    clause: Clause

    @model_validator(mode="after")
    def _watched_is_approved(self) -> "Grants":
        loose = [kind for kind in self.watched if kind not in self.approve]
        if loose:
            raise ValueError(f"须有人监督的“{loose[0]}”也须列入 approve")
        return self


class Confidentiality(Part):
    """What the contract says about secrets; `lasts` is how long the duty goes on afterwards."""

    agreements: Agreements
    grants: Grants | None = None
    hand_back: Clause | None = None
    lasts: str = ""
    clause: Clause
