"""Terms as people say them, also those of a section that no page knows."""

from decimal import Decimal

from steward.contracts.packs.document import Pack
from steward.contracts.packs.shape import Clause, Part
from steward.contracts.packs.telling import other_sections, percent_words
from tests.contracts.support import huaian


class Team(Part):
    title: str
    count: int
    clause: Clause


class Crew(Part):
    teams: tuple[Team, ...]
    clause: Clause


class WiderPack(Pack):
    crew: Crew | None = None


def test_a_ratio_keeps_every_digit():
    assert percent_words(Decimal("0.0667")) == "6.67%"
    assert percent_words(Decimal("0.6")) == "60%"


def test_a_section_without_a_table_of_its_own_is_told_by_its_keys():
    team = Team(title="驻场", count=3, clause=Clause(ref="一、7", quote="至少 3 名"))
    crew = Crew(teams=(team,), clause=Clause(ref="一", quote="人员"))
    parts = {name: getattr(huaian(), name) for name in Pack.model_fields}

    section = next(s for s in other_sections(WiderPack(**parts, crew=crew)) if s.code == "crew")

    assert [(row.title, row.ref) for row in section.rows] == [("crew", "一"), ("驻场", "一、7")]
    assert section.rows[1].facts == (("次数", "3"),)
