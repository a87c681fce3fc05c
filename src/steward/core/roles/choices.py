"""The fixed words for roles: whose duty, and how far a grant reaches."""

from django.db import models

from steward.core.access import api as access


class DutyChoice(models.TextChoices):
    """三员分立: the three administrators are three people."""

    NONE = access.Duty.NONE.value, "业务"
    SYSTEM = access.Duty.SYSTEM.value, "系统管理"
    SECURITY = access.Duty.SECURITY.value, "安全管理"
    AUDIT = access.Duty.AUDIT.value, "审计管理"


class Reach(models.TextChoices):
    """The data scope of a role on a post."""

    SUBTREE = "subtree", "岗位所在机构及下级"
    ORGANIZATION = "organization", "仅岗位所在机构"
    OWN = "own", "仅本人记录"
    EVERYTHING = "everything", "全部机构"
