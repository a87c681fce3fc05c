"""Two satisfaction surveys: one closed half a year in, one that still takes answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from steward.desk.surveys import api as surveys
from steward.kernel.instants import local_date
from steward.site.demo.assets import CONTRACT
from steward.site.demo.people import CLIENT, DISTRICTS, Cast

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
PER_UNIT = 16
SAMPLE = 96
CODES = ("stability", "attitude", "efficiency", "training", "overall")
REMARKS = {
    4: "公文流转比去年快，附件预览偶尔要刷新一次。",
    11: "电话一打就通，处理完会回访。",
    19: "希望把移动端的操作做成两分钟的小视频。",
    27: "节前的检查通知很及时。",
    36: "打印套红模板的问题反复过两次。",
    48: "驻场的工程师很耐心。",
    61: "培训时间最好错开月底。",
}


def load_surveys(cast: Cast, *, start: datetime, now: datetime) -> None:
    """A closed round with 96 drawn of 160, and one that the client is running now."""
    surveys.seed_questionnaires(now=start)
    first = _round(
        cast, "上半年办公平台运维满意度调查", start=start, opened=start + timedelta(days=190)
    )
    _answer(first, answers=88, by=cast, at=start + timedelta(days=195))
    surveys.close_round(first, by=cast.actors["owner"], now=start + timedelta(days=204))
    second = _round(
        cast,
        "下半年办公平台运维满意度调查",
        start=start + timedelta(days=183),
        opened=now - timedelta(days=4),
    )
    _answer(second, answers=41, by=cast, at=now - timedelta(days=1))


def _round(cast: Cast, title: str, *, start: datetime, opened: datetime) -> int:
    owner = cast.actors["owner"]
    new = surveys.NewRound(
        contract=CONTRACT,
        title=title,
        asker="市大数据管理中心",
        version_id=surveys.newest_versions()[0].pk,
        period_start=local_date(start),
        period_end=local_date(start + timedelta(days=183)),
        closes_at=opened + timedelta(days=14),
        terms=surveys.Terms(),
        organization_id=cast.bodies[CLIENT],
    )
    made = surveys.create_round(new, by=owner, now=opened)
    surveys.add_recipients(made.id, _population(), by=owner, now=opened)
    surveys.draw_sample(made.id, method="stratified", size=SAMPLE, by=owner, now=opened)
    surveys.open_round(made.id, by=owner, now=opened)
    return made.id


def _population() -> list[surveys.NewRecipient]:
    """Generated names, sixteen of every district."""
    return [
        surveys.NewRecipient(f"{SURNAMES[n]}某{number}", f"{district}办公室")
        for number, (_, district, _) in enumerate(DISTRICTS, start=1)
        for n in range(PER_UNIT)
    ]


def _answer(round_id: int, *, answers: int, by: Cast, at: datetime) -> None:
    made = surveys.export_links(round_id, by=by.actors["owner"], now=at)
    for number, (_, _, token) in enumerate(made[:answers]):
        given = dict(zip(CODES, map(str, _ratings(number)), strict=True))
        given["advice"] = REMARKS.get(number, "")
        surveys.submit(surveys.form_of_token(token, now=at), given, now=at)


def _ratings(number: int) -> Sequence[int]:
    """Mostly good; training and stability a little less so, one in fifteen unhappy."""
    if number % 15 == 7:
        return (3, 4, 2, 3, 3)
    return (
        5 - (number % 9 == 0) - (number % 17 == 0),
        5 - (number % 13 == 5),
        5 - (number % 4 == 1) - (number % 23 == 9),
        5 - (number % 3 == 0) - (number % 11 == 6),
        5 - (number % 5 == 2),
    )
