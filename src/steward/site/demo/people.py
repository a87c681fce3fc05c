"""The bodies and people of the demonstration; every name is generated."""

from dataclasses import dataclass, field
from datetime import date, datetime

from steward.core.accounts import api as accounts
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.kernel.actors import Actor

DEMO = Actor.system("演示")
CLIENT = "huaian-dsj"
SUPPLIER = "huaian-supplier"
DISTRICTS = [
    ("qingjiangpu", "清江浦区", "320812000000"),
    ("huaian-qu", "淮安区", "320803000000"),
    ("huaiyin", "淮阴区", "320804000000"),
    ("hongze", "洪泽区", "320813000000"),
    ("lianshui", "涟水县", "320826000000"),
    ("xuyi", "盱眙县", "320830000000"),
    ("jinhu", "金湖县", "320831000000"),
    ("jingkai", "经济技术开发区", ""),
    ("gongye", "工业园区", ""),
    ("shengtai", "生态文旅区", ""),
]


@dataclass(frozen=True, slots=True)
class Person:
    """A demonstration account: who it is and what it is for."""

    username: str
    name: str
    title: str
    body: str
    role: str
    reach: str = roles.Reach.EVERYTHING


PEOPLE = [
    Person("owner", "甲方业主", "运行管理科科长", CLIENT, "client_owner", roles.Reach.SUBTREE),
    Person("lead", "服务台长", "项目经理", SUPPLIER, "desk_lead"),
    Person("engineer", "驻场工程师甲", "驻场工程师", SUPPLIER, "engineer"),
    Person("engineer2", "驻场工程师乙", "驻场工程师", SUPPLIER, "engineer"),
    Person("engineer3", "驻场工程师丙", "驻场工程师", SUPPLIER, "engineer"),
    Person("department", "涟水县办公室用户", "文书", "lianshui", "department_user",
           roles.Reach.SUBTREE),
    Person("system", "系统管理员", "系统管理员", CLIENT, "system_admin"),
    Person("security", "安全管理员", "安全管理员", CLIENT, "security_admin"),
    Person("audit", "审计管理员", "审计管理员", CLIENT, "audit_admin"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids by code: bodies, and actors by user name."""

    bodies: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)


def load_people(*, since: date, now: datetime, password: str) -> Cast:
    """Create the tree of bodies and the accounts; all share one password."""
    cast = Cast()
    city = add_body("huaian", "淮安市", None, region="320800000000", level="city", now=now)
    cast.bodies["huaian"] = city
    cast.bodies[CLIENT] = add_body(
        CLIENT, "市大数据管理中心", city, region="320800000000", level="city", now=now
    )
    for code, name, region in DISTRICTS:
        cast.bodies[code] = add_body(code, f"{name}办公室", cast.bodies[CLIENT], region=region,
                                  level="county", now=now)  # fmt: skip
    cast.bodies[SUPPLIER] = add_body(SUPPLIER, "运维服务单位", None, kind="supplier", now=now)
    for person in PEOPLE:
        cast.actors[person.username] = add_account(
            person, cast, since=since, now=now, password=password
        )
    return cast


def add_body(
    code: str,
    name: str,
    parent: int | None,
    *,
    now: datetime,
    region: str = "",
    level: str = "none",
    kind: str = "client",
) -> int:
    """A body of the demonstration; its id."""
    new = organizations.NewOrganization(
        code=code, name=name, parent_id=parent, region_code=region, level=level, kind=kind
    )
    return organizations.create(new, by=DEMO, now=now).id


def add_account(person: Person, cast: Cast, *, since: date, now: datetime, password: str) -> Actor:
    """A person with a post and a role."""
    new = accounts.NewUser(person.username, person.name, title=person.title)
    user = accounts.create_user(new, by=DEMO, now=now, password=password).user
    post = accounts.add_post(
        user.id,
        accounts.NewPost(cast.bodies[person.body], since, title=person.title, is_main=True),
        by=DEMO,
        now=now,
    )
    role = roles.builtin_role(person.role)
    roles.grant_role(roles.NewGrant(post.id, role.id, reach=person.reach), by=DEMO, now=now)
    return Actor(user.id, person.name)
