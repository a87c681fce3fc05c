"""Survey rounds for tests, made through the services; answers given by their links."""

from dataclasses import replace
from datetime import date, timedelta

from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Recipient, Round
from tests.support import NOW, SYSTEM

CONTRACT = "huaian-2025"
LATER = NOW + timedelta(hours=1)
TERMS = surveys.Terms(minimum=3)


def version() -> int:
    """The standard questionnaire's newest version."""
    surveys.seed_questionnaires(now=NOW)
    return surveys.newest_versions()[0].pk


def new_round(**fields: object) -> surveys.NewRound:
    """A round about the first quarter of 2026, closing in a week."""
    values = {
        "contract": CONTRACT,
        "title": "第一季度满意度调查",
        "asker": "市大数据管理中心",
        "version_id": version(),
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 4, 1),
        "closes_at": NOW + timedelta(days=7),
        "terms": TERMS,
    }
    return surveys.NewRound(**(values | fields))


def people(number: int, *, unit: str = "甲局", start: int = 1) -> list[surveys.NewRecipient]:
    """So many people of one unit, without mail."""
    return [surveys.NewRecipient(f"张{unit}{n}", unit) for n in range(start, start + number)]


def draft(asked: list[surveys.NewRecipient] | None = None, **fields: object) -> int:
    """A round with its population, not yet drawn."""
    made = surveys.create_round(new_round(**fields), by=SYSTEM, now=NOW)
    surveys.add_recipients(made.id, people(5) if asked is None else asked, by=SYSTEM, now=NOW)
    return made.id


def opened(asked: list[surveys.NewRecipient] | None = None, **fields: object) -> int:
    """A round that asks everybody and takes answers."""
    round_id = draft(asked, **fields)
    surveys.draw_sample(round_id, method="all", size=None, by=SYSTEM, now=NOW)
    surveys.open_round(round_id, by=SYSTEM, now=NOW)
    return round_id


def tokens(round_id: int) -> list[str]:
    """A link's token for everybody who can only be given one, in order."""
    return [token for _, _, token in surveys.export_links(round_id, by=SYSTEM, now=NOW)]


def rated(rating: int, **others: int | str) -> dict[str, str]:
    """A whole form with the same rating everywhere."""
    codes = ("stability", "attitude", "efficiency", "training", "overall")
    return {code: str(rating) for code in codes} | {k: str(v) for k, v in others.items()}


def answered(round_id: int, *ratings: int) -> None:
    """Let people answer one after the other, each with one rating everywhere."""
    for token, rating in zip(tokens(round_id), ratings, strict=False):
        surveys.submit(surveys.form_of_token(token, now=LATER), rated(rating), now=LATER)


def closed(*ratings: int, **fields: object) -> Round:
    """A closed round with these answers out of one more person than answered."""
    asked = people(len(ratings) + 1)
    round_id = opened(asked, **fields)
    answered(round_id, *ratings)
    surveys.close_round(round_id, by=SYSTEM, now=LATER)
    return Round.objects.get(pk=round_id)


def recipients(round_id: int) -> list[Recipient]:
    return list(Recipient.objects.filter(round_id=round_id))


def with_mail(person: surveys.NewRecipient, email: str) -> surveys.NewRecipient:
    return replace(person, email=email)
