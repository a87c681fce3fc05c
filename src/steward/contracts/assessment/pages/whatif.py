from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.ui.api import page, render_page
from steward.kernel.canonical import decimal_text
from steward.kernel.errors import InvalidError
from steward.kernel.instants import local_date, now

WHAT_IF = "assessment.what_if.view"
_LARGEST = 400_000
_UNITS = {"points": "分", "percent": "%", "number": "", "money": "元"}


class WhatIfForm(forms.Form):
    """The terms to try, and the contract year whose evidence they are tried on."""

    year = forms.TypedChoiceField(label="用哪一年的证据", coerce=int)
    text = forms.CharField(
        label="条款原文",
        max_length=_LARGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 26, "class": "mono source", "spellcheck": "false", "wrap": "off"}
        ),
        help_text="表格里没有的改动在这里写：取数、分档的条数、违约金的算法等；只试算，不保存",
    )

    def __init__(self, years: list[int], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, f"第 {year} 年") for year in years]


@dataclass(frozen=True, slots=True)
class Turn:
    """One figure of the table: its field, and what it is in the terms in force."""

    knob: packs.Knob
    field: forms.BoundField
    unit: str
    in_force: str

    @property
    def is_changed(self) -> bool:
        return bool(self.in_force) and self.in_force != decimal_text(self.knob.value)


class KnobForm(forms.Form):
    """The figures of some terms, each a number."""

    def __init__(self, knobs: list[packs.Knob], data: Any = None) -> None:
        super().__init__(data)
        for knob in knobs:
            self.fields[knob.name] = forms.DecimalField(
                label=f"{knob.title}：{knob.label}",
                initial=decimal_text(knob.value),
                min_value=0,
                max_digits=14,
                decimal_places=6,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
            )

    def given(self) -> dict[str, Decimal]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


@page(WHAT_IF)
def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """Try other terms on the same evidence, side by side; nothing is saved.

    The table writes its figures into the text; the text can be changed by hand as well.
    """
    contract = packs.contract_for(request.user, code, WHAT_IF)
    at = now()
    day = local_date(min(at, contract.end - timedelta(seconds=1)))
    version, _ = packs.version_in_force(code, day, known_at=at)
    source = packs.source_of(code, version.number)
    years = assessment.years_of(code, now=at)
    form = WhatIfForm(years, request.POST or None, initial={"text": source, "year": years[:1]})
    context: dict[str, object] = {"contract": contract, "version": version}
    status, text, wrong = 200, source, None
    if request.method == "POST" and form.is_valid():
        text, wrong = _tried(request, code, form.cleaned_data["text"])
        form = _with_text(form, years, text)
        context |= {} if wrong else _compared(form, code, text, at=at)
        status = 422 if wrong or "found" not in context else 200
        context["may_draft"] = request.user.has_perm("packs.draft.submit")
    context |= {"form": form, "tried": text, "groups": _table(code, text, source, wrong=wrong)}
    title = f"{contract.title} · 条款试算"
    return render_page(request, "assessment/what_if.html", context, title=title, status=status)


def _tried(request: HttpRequest, code: str, text: str) -> tuple[str, KnobForm | None]:
    """The text with the figures of the table, or the table with what is wrong in it."""
    if request.POST.get("how") != "table":
        return text, None
    try:
        knobs = KnobForm(packs.knobs_of(text, f"{code}.yaml"), request.POST)
    except packs.PackInvalidError:
        return text, None
    if not knobs.is_valid():
        return text, knobs
    return packs.with_values(text, f"{code}.yaml", knobs.given()), None


def _compared(form: WhatIfForm, code: str, text: str, *, at: Any) -> dict[str, object]:
    """The comparison, or what is wrong with the terms."""
    try:
        found = assessment.what_if(code, text, year=form.cleaned_data["year"], now=at)
    except packs.PackInvalidError as error:
        return {"problems": error.problems}
    except InvalidError as error:
        form.add_error(None, error.message)
        return {}
    return {"found": found}


def _with_text(form: WhatIfForm, years: list[int], text: str) -> WhatIfForm:
    """The form as it was sent, with the text that is tried: the lines of mistakes are its own."""
    made = WhatIfForm(years, {"year": form.cleaned_data["year"], "text": text})
    made.full_clean()
    return made


def _table(
    code: str, text: str, source: str, *, wrong: KnobForm | None
) -> list[tuple[str, list[tuple[str, list[Turn]]]]]:
    """The figures by part and title; nothing where the text is no YAML."""
    try:
        knobs = packs.knobs_of(text, f"{code}.yaml")
    except packs.PackInvalidError:
        return []
    known = {knob.name: knob for knob in packs.knobs_of(source, f"{code}.yaml")}
    form = wrong or KnobForm(knobs)
    turns = [
        Turn(
            knob,
            form[knob.name],
            _UNITS[knob.unit],
            decimal_text(known[knob.name].value) if knob.name in known else "",
        )
        for knob in knobs
    ]
    return [(part, _by_title(rows)) for part, rows in groupby(turns, lambda turn: turn.knob.part)]


def _by_title(turns: Iterable[Turn]) -> list[tuple[str, list[Turn]]]:
    return [
        (next(iter(rows)).knob.title, rows)
        for rows in (
            list(found)
            for _, found in groupby(turns, lambda turn: (turn.knob.owner, turn.knob.title))
        )
    ]
