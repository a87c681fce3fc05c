"""What the two kinds that go by permission share."""

from typing import Any

from steward.core.access import api as access
from steward.core.approvals.registry import InvalidApproverError


def check_permission(code: Any) -> None:
    if not code:
        raise InvalidApproverError("请选择审批人应有的权限")
    if not access.is_declared(str(code)):
        raise InvalidApproverError(f"没有名为“{code}”的权限")


def permission_label(code: Any) -> str:
    labels = {permission.code: permission.label for permission in access.permissions()}
    return labels.get(str(code), str(code))
