from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.frame import asked
from steward.contracts.assessment.pages.sides import entries_with_offers
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.errors import StewardError
from steward.kernel.instants import local_date, now

_POINTS = ""


class EntryForm(forms.Form):
    """What a reviewer enters: for which source, how much, and why."""

    source = forms.ChoiceField(label="核定内容", required=False)
    value = forms.DecimalField(
        label="数值",
        min_value=0,
        max_digits=12,
        decimal_places=6,
        help_text="次数填整数；比率填百分数，例如 88.5 表示 88.5%；得分填分数",
    )
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="依据的材料、核对经过；双方都能看到，写入后不能修改，可另作新的核定",
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = choices


def _owner(pack: packs.Pack, owner: str) -> packs.Indicator | packs.Veto:
    items: list[packs.Indicator | packs.Veto] = [*pack.indicators(), *pack.vetoes]
    for item in items:
        if item.id == owner:
            return item
    raise Http404(owner)


def _sources(item: packs.Indicator | packs.Veto) -> list[packs.Source]:
    return [item.source] if isinstance(item, packs.Veto) else list(item.sources)


def _choices(item: packs.Indicator | packs.Veto) -> list[tuple[str, str]]:
    units = {"ratio": "百分数", "count": "次数", "seconds": "秒", "points": "分"}
    found = [(s.id, f"{s.title}（{units[s.unit]}）") for s in _sources(item)]
    if isinstance(item, packs.Indicator) and item.rule["kind"] == "expert":
        found = [(_POINTS, f"得分（满分 {item.points}）")]
    return found


def _initial(request: HttpRequest, node: assessment.IndicatorNode | None) -> dict[str, Any]:
    """The suggested points with their arithmetic, when the reviewer asks to start from them."""
    if node is None or node.suggestion is None or request.GET.get("from") != "suggestion":
        return {}
    return {"value": node.suggestion, "reason": f"采用数据建议：{node.suggested_by}"}


@page("assessment.entry.record")
def entry(request: HttpRequest, code: str, indicator_id: str) -> HttpResponse:
    """Enter points or a confirmed value with a reason; what was entered before stands below."""
    known = asked(request, code)
    version, pack = packs.version_in_force(code, local_date(known.as_of), known_at=known.as_of)
    item = _owner(pack, indicator_id)
    node = known.result.indicator(indicator_id)
    form = EntryForm(_choices(item), request.POST or None, initial=_initial(request, node))
    if request.method == "POST" and form.is_valid() and _record(request, (code, item), form):
        return redirect("assessment:entry", code=code, indicator_id=indicator_id)
    context = known.context() | {
        "form": form,
        "item": item,
        "version": version,
        "node": node,
        "entries": entries_with_offers(request, known, indicator_id),
    }
    return render_page(request, "assessment/entry.html", context, title=f"核定 · {item.title}")


def _record(
    request: HttpRequest, about: tuple[str, packs.Indicator | packs.Veto], form: EntryForm
) -> bool:
    code, item = about
    given = form.cleaned_data
    unit = next((s.unit for s in _sources(item) if s.id == given["source"]), "points")
    value: Decimal = given["value"] / 100 if unit == "ratio" else given["value"]
    new = assessment.NewEntry(code, item.id, value, given["reason"], source=given["source"])
    try:
        assessment.record_entry(new, by=actor_of(request.user), now=now())
    except StewardError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, "已记录，并作为证据保存；待对方确认")
    return True
