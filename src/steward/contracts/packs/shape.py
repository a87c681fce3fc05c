"""Words and bases shared by every part of a pack's document."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A checked, frozen part of a pack; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=400)]
Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Ratio = Annotated[Decimal, Field(ge=0, le=1, max_digits=9, decimal_places=8)]
Points = Annotated[Decimal, Field(ge=0, le=1000, max_digits=8, decimal_places=4)]


class Clause(Part):
    """Where the contract says it, and its own short words."""

    ref: Words
    quote: Words
