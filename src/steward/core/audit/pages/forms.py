from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from steward.core.audit.models import AuditEntry
from steward.core.audit.registry import known_codes
from steward.kernel.instants import at_local


def code_choices() -> list[tuple[str, str]]:
    """Every registered action, its sentence with the placeholders left out."""
    found = [("", "所有操作")]
    return found + [
        (code, f"{code}　{_short(words)}") for code, words in sorted(known_codes().items())
    ]


def _short(sentence: str) -> str:
    return sentence.split("{", maxsplit=1)[0].rstrip("“（：") or sentence


class SearchForm(forms.Form):
    """Who, what, on which object, when; dates are local and both included."""

    actor = forms.CharField(label="操作人", required=False, max_length=100)
    subject = forms.CharField(label="对象", required=False, max_length=200)
    code = forms.ChoiceField(label="操作", required=False)
    from_date = forms.DateField(
        label="从", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until_date = forms.DateField(
        label="到", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        code.choices = code_choices()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_date"), cleaned.get("until_date")
        if first and last and last < first:
            self.add_error("until_date", "结束日期不能早于开始日期")
        return cleaned

    def matching(self) -> QuerySet[AuditEntry]:
        """The rows that fit; none while the form has errors."""
        if not self.is_valid():
            return AuditEntry.objects.none()
        values, found = self.cleaned_data, Q()
        if values["actor"]:
            found &= Q(actor_label__icontains=values["actor"])
        if values["subject"]:
            words = values["subject"]
            found &= Q(subject_label__icontains=words) | Q(subject_key=words)
        if values["code"]:
            found &= Q(code=values["code"])
        if values["from_date"]:
            found &= Q(at__gte=at_local(values["from_date"]))
        if values["until_date"]:
            found &= Q(at__lt=_end_of(values["until_date"]))
        return AuditEntry.objects.filter(found)

    def in_words(self) -> str:
        """What was asked for, for the record of having read it."""
        given = [
            f"{self.fields[name].label}：{value}"
            for name, value in self.cleaned_data.items()
            if value
        ]
        return "、".join(given) or "全部"


def _end_of(day: date) -> datetime:
    return at_local(day + timedelta(days=1))
