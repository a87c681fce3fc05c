from typing import Any

from django import forms

from steward.assets.cmdb.choices import Importance, ItemStatus, RelationType
from steward.assets.cmdb.models import Item
from steward.assets.cmdb.queries import visible_to
from steward.assets.cmdb.registry import Attribute, ItemKind
from steward.assets.cmdb.services import ItemDraft
from steward.core.access import api as access
from steward.core.organizations import api as organizations

PREFIX = "a_"
MOST_BODIES = 2000


class ItemForm(forms.Form):
    """The common fields, then the attributes of the kind."""

    code = forms.CharField(label="编码", max_length=60)
    name = forms.CharField(label="名称", max_length=120)
    organization = forms.ChoiceField(label="使用单位", required=False)
    system = forms.ChoiceField(label="所属系统", required=False)
    contract = forms.CharField(label="合同", max_length=40, required=False)
    status = forms.ChoiceField(label="状态", choices=ItemStatus.choices)
    importance = forms.ChoiceField(label="重要程度", choices=Importance.choices)

    def __init__(
        self, *args: Any, kind: type[ItemKind], user: access.Somebody, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        systems = visible_to(user).filter(kind="system").values_list("pk", "name")
        self._choose("system", [(str(pk), name) for pk, name in systems])
        self._choose("organization", _bodies(user))
        for attribute in kind.attributes():
            self.fields[PREFIX + attribute.code] = _field(attribute)
        self.fields["note"] = forms.CharField(
            label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3})
        )

    def _choose(self, name: str, options: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "（无）"), *options]

    def draft(self) -> ItemDraft:
        """What was filled in, for the service to judge."""
        data = self.cleaned_data
        return ItemDraft(
            code=data["code"],
            name=data["name"],
            kind=self.kind.code,
            contract=data["contract"],
            organization_id=int(data["organization"]) if data["organization"] else None,
            system_id=int(data["system"]) if data["system"] else None,
            status=data["status"],
            importance=data["importance"],
            attributes={a.code: data[PREFIX + a.code] for a in self.kind.attributes()},
            note=data["note"],
        )


def _bodies(user: access.Somebody) -> list[tuple[str, str]]:
    seen = access.visible_organizations(user, "cmdb.item.change")
    return [(str(o.id), o.name) for o in organizations.search("", within=seen, limit=MOST_BODIES)]


def initial_of(item: Item) -> dict[str, Any]:
    """The form's values for an existing item."""
    values = {
        "code": item.code,
        "name": item.name,
        "organization": str(item.organization_id or ""),
        "system": str(item.system_id or ""),
        "contract": item.contract,
        "status": item.status,
        "importance": item.importance,
        "note": item.note,
    }
    return values | {PREFIX + code: value for code, value in item.attributes.items()}


def _field(attribute: Attribute) -> forms.Field:
    common: dict[str, Any] = {
        "label": attribute.label,
        "required": attribute.required,
        "help_text": attribute.help,
    }
    if attribute.type == "choice":
        options = [("", "（未填）"), *((choice, choice) for choice in attribute.choices)]
        return forms.ChoiceField(choices=options, **common)
    if attribute.type == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if attribute.type == "integer":
        return forms.CharField(widget=forms.NumberInput(), **common)
    return forms.CharField(max_length=500, **common)


class RelationForm(forms.Form):
    """Relate this item to another, named by its code."""

    type = forms.ChoiceField(label="关系", choices=RelationType.choices)
    target = forms.CharField(label="关联配置项编码", max_length=60)


class RetireForm(forms.Form):
    """Why an item leaves."""

    reason = forms.CharField(label="退役原因", max_length=200)


class ImportForm(forms.Form):
    """The workbook to load."""

    file = forms.FileField(label="表格文件（.xlsx）")
