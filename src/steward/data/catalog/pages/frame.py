"""What the pages of the catalogue share: doing a thing and saying what happened, forms, errors."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from steward.core.access import api as access
from steward.data.catalog.models import Catalogue
from steward.kernel.errors import StewardError

CHANGE, RECTIFY = "catalog.catalogue.change", "catalog.catalogue.rectify"


def said(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do a thing and tell how it went, on the next page."""
    try:
        messages.success(request, act())
    except StewardError as error:
        messages.error(request, error.message)
        return False
    return True


def place_error(form: forms.Form, error: StewardError) -> None:
    """Put an error beside the field that it is about, or above the form."""
    field = str(error.data.get("field", ""))
    form.add_error(field if field in form.fields else None, error.message)


def may_edit(request: HttpRequest, row: Catalogue) -> bool:
    """Engineers edit what they see; a department mends its own."""
    user = request.user
    return access.can(user, CHANGE, row.organization_id) or access.can(
        user, RECTIFY, row.organization_id
    )
