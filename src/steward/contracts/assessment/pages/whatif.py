from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.ui.api import page, render_page
from steward.kernel.errors import InvalidError
from steward.kernel.instants import local_date, now

WHAT_IF = "assessment.what_if.view"
_LARGEST = 400_000


class WhatIfForm(forms.Form):
    """The terms to try, and the contract year whose evidence they are tried on."""

    year = forms.TypedChoiceField(label="用哪一年的证据", coerce=int)
    text = forms.CharField(
        label="试算的条款",
        max_length=_LARGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 26, "class": "mono source", "spellcheck": "false", "wrap": "off"}
        ),
        help_text="从现行条款开始改：指标的 target、deduct、bands、points，付款的 formula 等；只试算，不保存",
    )

    def __init__(self, years: list[int], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, f"第 {year} 年") for year in years]


@page(WHAT_IF)
def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """Try other terms on the same evidence, side by side; nothing is saved."""
    contract = packs.contract_for(request.user, code, WHAT_IF)
    at = now()
    day = local_date(min(at, contract.end - timedelta(seconds=1)))
    version, _ = packs.version_in_force(code, day, known_at=at)
    source = packs.source_of(code, version.number)
    years = assessment.years_of(code, now=at)
    form = WhatIfForm(years, request.POST or None, initial={"text": source, "year": years[:1]})
    context: dict[str, object] = {"contract": contract, "form": form, "version": version}
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            context["found"] = assessment.what_if(code, given["text"], year=given["year"], now=at)
        except packs.PackInvalidError as error:
            context["problems"], status = error.problems, 422
        except InvalidError as error:
            form.add_error(None, error.message)
            status = 422
        context["may_draft"] = request.user.has_perm("packs.draft.submit")
    title = f"{contract.title} · 条款试算"
    return render_page(request, "assessment/what_if.html", context, title=title, status=status)
