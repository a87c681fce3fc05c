"""Catalogues for tests, made by the services."""

from itertools import count

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.organizations import api as organizations
from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue, InformationSystem
from steward.kernel.identifiers.organisation import make_credit_code
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM, drain_jobs

_numbers = count(1)
WHOLE = {
    "summary": "本区低保对象的身份与待遇信息，自 2015 年起",
    "sharing": "conditional",
    "sharing_condition": "因行政审批核验需要",
    "sharing_method": "platform",
    "openness": "none",
    "cycle": "monthly",
}
ITEMS = (
    catalog.ItemDraft(code="id", name="编号", type="I", sensitivity="L1", is_key=True,
                      nullable=False, sharing="unconditional", source_type="integer"),
    catalog.ItemDraft(code="name", name="姓名", type="C", length=50, sensitivity="L2",
                      sharing="conditional", source_type="text"),
)  # fmt: skip


def provider(name: str = "区民政局") -> organizations.OrganizationInfo:
    """A department with a right credit code."""
    return body(name, credit_code=make_credit_code("330803", next(_numbers)))


def system_of(organization_id: int = 0, **fields: object) -> InformationSystem:
    """A system of a department."""
    values = {
        "code": f"xt-{next(_numbers)}",
        "name": "社会救助系统",
        "organization_id": organization_id or provider().id,
        "contract": "kecheng-2024",
    }
    return catalog.register_system(
        catalog.SystemDraft(**(values | fields)), by=SYSTEM, now=NOW
    )  # fmt: skip


def catalogue_in(system: InformationSystem, items=ITEMS, **fields: object) -> Catalogue:
    """A catalogue that meets the standard unless a field says otherwise."""
    values = WHOLE | {"system_id": system.pk, "name": f"低保对象信息{next(_numbers)}"} | fields
    return catalog.create_catalogue(catalog.CatalogueDraft(**values), items, by=SYSTEM, now=NOW)


def published(row: Catalogue, *, now=NOW) -> Catalogue:
    """Sent for review and approved by somebody else."""
    boss = user_with("catalog.catalogue.approve")
    asked = catalog.submit_catalogue(row.pk, reason="发布", by=SYSTEM, now=now)
    return _approve(asked, boss, now=now)


def delisted(row: Catalogue, *, now=NOW) -> Catalogue:
    """Asked to be taken off the list, and approved."""
    boss = user_with("catalog.catalogue.approve")
    asked = catalog.request_delisting(row.pk, reason="并入", by=SYSTEM, now=now)
    return _approve(asked, boss, now=now)


def _approve(row, boss, *, now):
    approvals.decide(row.approval_id, approve=True, comment="", by=actor_of(boss), now=now)
    drain_jobs()
    row.refresh_from_db()
    return row
