"""The small town of the engineer's day: a front-end database with known faults, and its people."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from urllib.parse import parse_qs, urlsplit

import psycopg

from steward.core.accounts.api import find_user
from steward.core.approvals import api as approvals
from steward.core.organizations import api as organizations
from steward.data.quality import api as quality
from steward.kernel.actors import Actor
from steward.kernel.identifiers import make_citizen_id, make_credit_code
from steward.kernel.instants import local_date, now
from steward.site.demo.data import ENGINEER
from steward.site.demo.people import CLIENT, Person, add_account, load_people
from tests.servers import Server
from tests.support import SYSTEM

PASSWORD = "Qingtian-2026"
BODY = "东岸街道办事处"
CLERK = Person("clerk", "街道经办人", "数据专员", "dongan", "department_user")
PEOPLE = 60
BLANK = ("R008", "R029")
WRONG = ("R003", "R017", "R041")
TWICE = ("R050", "R051")
FAILING = (*WRONG, *BLANK, *TWICE)
STAYS_WRONG = "R041"
_numbers = count(1)
_LIBRARY = (
    ("name-filled", "姓名已填", {"kind": "not_blank", "column": "full_name"}),
    ("id-once", "身份号码不重复", {"kind": "unique", "columns": ["citizen_id"]}),
)


def right_id(number: int) -> str:
    """A valid number of nobody: the region, a birthday and a sequence made up from a number."""
    return make_citizen_id("330802", date(1960, 1, 1) + timedelta(days=97 * number), number)


def wrong_id(number: int) -> str:
    """The same with a check character that does not fit."""
    right = right_id(number)
    return right[:-1] + ("1" if right[-1] != "1" else "2")


def key_of(number: int) -> str:
    return f"R{number:03d}"


def residents() -> list[tuple[str, str | None, str, str]]:
    """Sixty people; three wrong numbers, two without a name, two with the same number."""
    rows = []
    for number in range(1, PEOPLE + 1):
        key = key_of(number)
        name = None if key in BLANK else f"居民{number}"
        citizen = wrong_id(number) if key in WRONG else right_id(number)
        if key in TWICE:
            citizen = right_id(50)
        rows.append((key, name, citizen, f"139{number:08d}"))
    return rows


@dataclass(frozen=True)
class Town:
    """Where the town's database is and what is in it."""

    url: str
    reader: str = field(default_factory=lambda: f"reader_{next(_numbers)}")

    @property
    def host(self) -> str:
        return parse_qs(urlsplit(self.url).query)["host"][0]

    @property
    def database(self) -> str:
        return urlsplit(self.url).path.strip("/")

    def build(self) -> None:
        """The tables, their comments, and an account that may only read."""
        role = psycopg.sql.Identifier(self.reader)
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(
                "CREATE TABLE resident (id text PRIMARY KEY, full_name text, citizen_id text,"
                " mobile text)"
            )
            server.execute("COMMENT ON TABLE resident IS '居民登记'")
            for name, words in (("id", "登记编号"), ("full_name", "姓名"),
                                ("citizen_id", "公民身份号码"), ("mobile", "手机号码")):  # fmt: skip
                place = psycopg.sql.Identifier("resident", name)
                server.execute(psycopg.sql.SQL("COMMENT ON COLUMN {} IS {}").format(place, words))
            server.execute("CREATE TABLE street_lamp (id int PRIMARY KEY, place text)")
            server.execute("COMMENT ON TABLE street_lamp IS '路灯'")
            with server.cursor() as cursor:
                cursor.executemany("INSERT INTO resident VALUES (%s, %s, %s, %s)", residents())
            known = server.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [self.reader]
            ).fetchone()
            if known is None:
                server.execute(psycopg.sql.SQL("CREATE ROLE {} LOGIN").format(role))
            server.execute(
                psycopg.sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(role)
            )

    def rows(self) -> dict[str, tuple[str | None, str]]:
        """Name and number by key, as the database has them now."""
        with psycopg.connect(self.url) as server:
            found = server.execute("SELECT id, full_name, citizen_id FROM resident").fetchall()
        return {key: (name, citizen) for key, name, citizen in found}


def build_town(server: Server) -> Town:
    """The database, the bodies and accounts, and two approved rules of the library."""
    town = Town(server.create_database())
    town.build()
    moment = now()
    since = local_date(moment) - timedelta(days=30)
    cast = load_people(since=since, now=moment, password=PASSWORD)
    cast.bodies[CLERK.body] = organizations.create(
        organizations.NewOrganization(
            code=CLERK.body, name=BODY, parent_id=cast.bodies[CLIENT],
            region_code="330802001000", level="town", credit_code=make_credit_code("330802", 77),
        ), by=SYSTEM, now=moment,
    ).id  # fmt: skip
    for person in (ENGINEER, CLERK):
        add_account(person, cast, since=since, now=moment, password=PASSWORD)
    for code, name, definition in _LIBRARY:
        _approved_rule(code, name, definition)
    return town


def _approved_rule(code: str, name: str, definition: dict[str, object]) -> None:
    moment = now()
    draft = quality.RuleDraft(code=code, name=name, group="人口通用", definition=definition)
    version = quality.create_rule(draft, by=SYSTEM, now=moment)
    asked = quality.submit_version(version.pk, by=SYSTEM, now=moment)
    owner = find_user("owner")
    assert owner is not None
    by = Actor(owner.id, owner.name)
    approvals.decide(asked.approval_id, approve=True, by=by, now=moment)
