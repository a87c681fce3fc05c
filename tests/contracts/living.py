"""Live a whole year of a contract through the services: entries, breaches, payments, settlement.

Every source of the pack is taken as not measured, so that the year's own values are the only ones.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local
from tests.support import SYSTEM

CLIENT = Actor(9001, "甲方科长")
SUPPLIER = Actor(9002, "乙方经理")
PEOPLE = {"client": CLIENT, "supplier": SUPPLIER}
OTHER = {"client": "supplier", "supplier": "client"}
_YAML = YAML()


def document(code: str) -> Any:
    text = (files("steward.contracts.packs.library") / f"{code}.yaml").read_text(encoding="utf-8")
    pack = _YAML.load(text)
    for owner in _owners(pack):
        owner["minimum_grade"] = "C"
        for source in owner["sources"] if "sources" in owner else [owner["source"]]:
            source["planned"] = True
            source["metric"] = f"test.{owner['id']}-{source['id']}"
    return pack


def _owners(pack: Any) -> list[Any]:
    groups = pack.get("assessment", {}).get("groups", [])
    rows = [indicator for group in groups for indicator in group["indicators"]]
    return rows + list(pack.get("vetoes", []))


def load(pack: Any, *, now: datetime) -> None:
    out = StringIO()
    _YAML.dump(pack, out)
    packs.load_pack(out.getvalue(), file=f"{pack['code']}.yaml", by=SYSTEM, now=now)


def load_contract(code: str, amend: dict[str, Any] | None = None) -> packs.ContractInfo:
    calendars.seed()
    pack = document(code)
    start = at_local(pack["period"]["start"])
    load(pack, now=start)
    if amend is not None:
        changed = document(code)
        changed["version"] = {
            "effective": amend["effective"], "amends": 1, "reason": "补充协议",
        }  # fmt: skip
        changed["amount"] = amend["amount"]
        load(changed, now=at_local(amend["effective"]))
    return packs.get(code)


def answer(about: str, number: int, verdict: str, *, side: str, on: datetime, code: str,
           day: date | None = None) -> None:  # fmt: skip
    new = assessment.NewAnswer(about=about, about_id=number, verdict=verdict, reason="核对属实",
                               day=day)  # fmt: skip
    assessment.respond(code, new, side=side, by=PEOPLE[side], now=on)


def enter_everything(code: str, given: dict[str, Any], *, now: datetime) -> None:
    """Enter and confirm every value; what is not given is perfect."""
    pack = assessment.pack_now(code, now)
    for indicator in pack.indicators():
        if indicator.rule["kind"] == "expert":
            _enter(code, (indicator.id, ""), given.get(indicator.id, indicator.points), now=now)
            continue
        for source in indicator.sources:
            _enter(code, (indicator.id, source.id), _value(given, indicator.id, source), now=now)
    for veto in pack.vetoes:
        _enter(code, (veto.id, veto.source.id), _value(given, veto.id, veto.source), now=now)


def _value(given: dict[str, Any], owner: str, source: packs.Source) -> Any:
    perfect = 1 if source.unit == "ratio" else 0
    return given.get(f"{owner}/{source.id}", perfect)


def _enter(code: str, place: tuple[str, str], value: Any, *, now: datetime) -> None:
    owner, source = place
    entry = assessment.NewEntry(code, owner, Decimal(str(value)), "按材料核定", source=source)
    made = assessment.record_entry(entry, by=CLIENT, now=now)
    answer("entry", made, "confirm", side="supplier", on=now, code=code)


def register_breach(code: str, row: dict[str, Any]) -> int:
    """Put a breach on record the day after, answer it, and record its cure."""
    side = row.get("side", "client")
    new = assessment.NewBreach(
        contract=code,
        penalty=row["penalty"],
        what="经双方核对的经过",
        occurred=row["occurred"],
        noticed=row.get("noticed"),
        base=Decimal(row["base"]) if "base" in row else None,
        stage=row.get("stage", ""),
    )
    at = at_local(row.get("noticed", row["occurred"]) + timedelta(days=1))
    made = assessment.propose_breach(new, side=side, by=PEOPLE[side], now=at)
    for n, verdict in enumerate(row.get("answers", ["confirm"]), start=1):
        speaker = OTHER[side] if verdict in ("confirm", "dispute") else "client"
        answer("breach", made, verdict, side=speaker, on=at + timedelta(hours=n), code=code)
    if "cured" in row:
        when = at_local(row["cured"] + timedelta(days=1))
        answer("breach", made, "cured", side=side, on=when, code=code, day=row["cured"])
    return made


def register_payment(code: str, number: int, row: dict[str, Any]) -> int:
    new = assessment.NewPayment(
        contract=code,
        stage=row["stage"],
        day=row["day"],
        amount=Decimal(row["amount"]),
        voucher=f"PZ-{number:04d}",
    )
    at = at_local(row["day"], 12)
    made = assessment.record_payment(new, side="client", by=CLIENT, now=at)
    answer("payment", made, "confirm", side="supplier", on=at, code=code)
    return made


def register_condition(code: str, row: dict[str, Any]) -> int:
    new = assessment.NewStageFact(
        contract=code, stage=row["stage"], need=row["need"], day=row["day"], reference="函〔1〕号"
    )
    return assessment.record_stage_fact(new, side="client", by=CLIENT, now=at_local(row["day"], 12))


def live(case: dict[str, Any]) -> int:
    """Live a case's year and settle it; the number of the settlement."""
    code = case["pack"]
    contract = load_contract(code, case.get("amend"))
    for row in case.get("conditions", []):
        register_condition(code, row)
    for number, row in enumerate(case.get("payments", [])):
        register_payment(code, number, row)
    for row in case.get("breaches", []):
        register_breach(code, row)
    settle = at_local(case["settle"]) if "settle" in case else contract.end + timedelta(days=1)
    enter_everything(code, case.get("entries", {}), now=contract.end)
    return assessment.settle_period(code, by=CLIENT, now=settle)
