from decimal import Decimal
from typing import Any

from django import forms

from steward.core.accounts import api as accounts
from steward.core.approvals.registry import FactField, Purpose
from steward.kernel.instants import SHANGHAI

MOST_PEOPLE = 1_000


def people() -> list[tuple[int, str]]:
    """Everybody who may be chosen: id, name and sign-in name."""
    found = accounts.search("", limit=MOST_PEOPLE)
    return [(user.id, f"{user.name}（{user.username}）") for user in found]


def _field(fact: FactField) -> forms.Field:
    if fact.kind == "number":
        return forms.DecimalField(label=fact.label, required=False, min_value=0)
    if fact.choices:
        choices = [("", "请选择"), *fact.choices]
        return forms.ChoiceField(label=fact.label, required=False, choices=choices)
    return forms.CharField(label=fact.label, required=False, max_length=200)


class RequestForm(forms.Form):
    """A request that a person starts by themselves: words, and the facts of the purpose."""

    title = forms.CharField(label="标题", max_length=100)
    body = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any, purpose: Purpose) -> None:
        super().__init__(data)
        self.purpose = purpose
        for fact in purpose.facts:
            self.fields[f"fact_{fact.code}"] = _field(fact)

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in, as plain JSON values; what was left empty is absent."""
        given = {f.code: self.cleaned_data[f"fact_{f.code}"] for f in self.purpose.facts}
        return {code: _plain(value) for code, value in given.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value


class DeputyForm(forms.Form):
    """Who approves in one's place, from when until when (local time)."""

    deputy = forms.TypedChoiceField(label="代理人", coerce=int)
    reason = forms.CharField(label="原因", max_length=100, help_text="例如：出差、休假")
    from_at = forms.DateTimeField(
        label="开始", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until_at = forms.DateTimeField(
        label="结束", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, data: Any, user_id: int) -> None:
        super().__init__(data)
        others = [(pk, name) for pk, name in people() if pk != user_id]
        deputy = self.fields["deputy"]
        assert isinstance(deputy, forms.TypedChoiceField)
        deputy.choices = [("", "请选择"), *others]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("from_at", "until_at"):
            if cleaned.get(name) is not None and cleaned[name].tzinfo is None:
                cleaned[name] = cleaned[name].replace(tzinfo=SHANGHAI)
        return cleaned
