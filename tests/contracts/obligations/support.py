"""A small contract of duties, loaded for real, and people of both sides."""

from datetime import UTC, date, datetime, timedelta

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Occurrence
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.calendars import api as calendars
from steward.core.files import api as files
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local
from tests.contracts.support import CODE, START, amended, load_huaian
from tests.factories.accounts import user_in_role
from tests.factories.organizations import body
from tests.support import SYSTEM, drain_jobs

PDF = b"%PDF-1.7 a report"
FAR = datetime(2030, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WEEKLY = "inspection-weekly"

__all__ = ["CODE", "START", "SYSTEM", "at_local", "date", "drain_jobs"]


def contract(*, now: datetime = START) -> int:
    """Huai'an, its client set, its duties laid out at `now`; the client's id."""
    load_huaian(now=now)
    place = body(name="指挥中心").id
    packs.set_client_organization(CODE, place, by=SYSTEM, now=now)
    obligations.lay_out_contract(CODE, reason="第一版", by=SYSTEM, now=now)
    return place


def amend(*changes: tuple[str, str], effective: str, now: datetime) -> None:
    """Load an amendment and lay it out."""
    text = amended(*changes, effective=effective)
    packs.load_pack(text, file="huaian-2025.yaml", by=SYSTEM, now=now)
    obligations.lay_out_contract(CODE, reason="补充协议", by=SYSTEM, now=now)


def occurrence(duty: str = WEEKLY, key: str = "2026-W10") -> Occurrence:
    return Occurrence.objects.select_related("duty").get(
        contract=CODE, code=duty, key=key, retired_at=None
    )


def engineer(place: int | None = None) -> Actor:
    return actor_of(user_in_role("engineer", place))


def owner(place: int | None = None) -> Actor:
    return actor_of(user_in_role("client_owner", place))


def stored(name: str = "巡检记录.pdf", *, content: bytes = PDF, now: datetime = START) -> int:
    return files.store(content, name, by=SYSTEM, now=now).id


def proof(
    title: str = "巡检记录", *, content: bytes = PDF, **given: object
) -> obligations.NewProof:
    return obligations.NewProof(title=title, file_id=stored(content=content), **given)


def submit(row: Occurrence, *, by: Actor, at: datetime, **given: object) -> int:
    """The supplier puts a file forward."""
    return obligations.submit_proof(
        row.pk, proof(**given), side=obligations.Side.SUPPLIER, by=by, now=at
    )


def fulfilled(row: Occurrence, *, at: datetime) -> None:
    """Submitted by an engineer and confirmed by the client at the same instant."""
    number = submit(row, by=engineer(), at=at)
    obligations.confirm_proof(number, by=owner(), now=at)


def publish_notice(*, moved: dict[date, str], now: datetime) -> None:
    """A new version of the statutory calendar in which some dates are days off by a name."""
    info = calendars.get("cn-work")
    data = info.calendar.to_dict()
    data["exceptions"] = data["exceptions"] | {day.isoformat(): [] for day in moved}
    names = dict(info.day_names) | moved
    notice = calendars.Notice(number="国办发明电〔2026〕9号", label="修订", names=names)
    changed = type(info.calendar).from_dict(data)
    calendars.install_version("cn-work", changed, notice=notice, by=SYSTEM, now=now)
