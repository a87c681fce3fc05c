from datetime import date
from typing import Any

from django import forms

from steward.contracts.acceptance.choices import ActKind


def lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class ActForm(forms.Form):
    """A sentence and the date on the paper; what counts is when it is recorded."""

    text = forms.CharField(label="说明", max_length=2000, required=False, widget=lines())
    dated = forms.DateField(label="文书落款日期", required=False, widget=day(),
                            help_text="仅供存档；时限按登记时间计")  # fmt: skip

    def details(self) -> dict[str, Any]:
        return {}


class MeetingForm(ActForm):
    """The review: when, where, who judges."""

    meeting_date = forms.DateField(label="验收日期", widget=day())
    place = forms.CharField(label="地点", max_length=100, required=False)
    panel = forms.CharField(label="评审组（一行一人：姓名，单位）", required=False, widget=lines())

    def details(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "meeting_date": given["meeting_date"].isoformat(),
            "place": given["place"].strip(),
            "panel": _rows(given["panel"]),
        }


class RectifyForm(ActForm):
    """What is to be mended, and until when."""

    items = forms.CharField(label="整改事项（一行一条）", widget=lines(4))
    deadline = forms.DateField(label="整改期限", widget=day())

    def details(self) -> dict[str, Any]:
        deadline: date = self.cleaned_data["deadline"]
        return {"items": _rows(self.cleaned_data["items"]), "deadline": deadline.isoformat()}


class PassForm(ActForm):
    """The panel's opinions, one a line."""

    opinions = forms.CharField(label="评审组意见（一行一条）", required=False, widget=lines())

    def details(self) -> dict[str, Any]:
        return {"opinions": _rows(self.cleaned_data["opinions"])}


def _rows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


FORMS: dict[str, type[ActForm]] = {
    ActKind.ORGANISE: MeetingForm,
    ActKind.RECTIFY: RectifyForm,
    ActKind.PASS: PassForm,
}


class PaperForm(forms.Form):
    file = forms.FileField(label="文件")
    purpose = forms.CharField(max_length=60)
