import pytest
from django import forms

from steward.core.organizations import api as organizations
from tests.factories.organizations import body

pytestmark = pytest.mark.django_db


class Asked(forms.Form):
    organization = organizations.BodyField(label="单位")


def test_a_body_is_taken_by_its_name_or_its_code():
    known = body("区民政局")

    found = [Asked({"organization": text}) for text in (" 区民政局 ", known.code)]

    assert [form.is_valid() and form.cleaned_data["organization"].id for form in found] == [
        known.id, known.id,
    ]  # fmt: skip


def test_an_unknown_name_is_told_beside_the_field():
    form = Asked({"organization": "区气象站"})

    assert form.errors["organization"] == ["没有编码或名称为“区气象站”的单位，请从列表里选"]


def test_the_names_are_offered_while_typing():
    body("区<民政>局")

    html = str(Asked()["organization"])

    assert 'list="organization-bodies"' in html
    assert '<option value="区&lt;民政&gt;局">' in html
