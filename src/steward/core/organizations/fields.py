"""The form field for a body: typed by code or whole name, with the names offered while typing."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from steward.core.organizations.choices import Status
from steward.core.organizations.models import Organization
from steward.core.organizations.queries import find_named

MOST_NAMES = 1000


class BodyInput(forms.TextInput):
    """A text box that offers the names of the bodies in use."""

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> SafeString:
        place = f"{name}-bodies"
        self.attrs["list"] = place
        box = super().render(name, value, *args, **kwargs)
        rows = Organization.objects.filter(status=Status.NORMAL).order_by("name")
        names = rows.values_list("name", flat=True)[:MOST_NAMES]
        options = format_html_join("", '<option value="{}">', ((one,) for one in names))
        return format_html('{}<datalist id="{}">{}</datalist>', box, place, options)


class BodyField(forms.CharField):
    """An organisation by its code or whole name; the cleaned value is its OrganizationInfo."""

    widget = BodyInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "输入几个字后从列表里选，也可填单位编码"} | kwargs)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        body = find_named(text)
        if body is None:
            raise forms.ValidationError(f"没有编码或名称为“{text}”的单位，请从列表里选")
        return body
