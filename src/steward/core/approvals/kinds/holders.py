from steward.core.accounts import api as accounts
from steward.core.approvals.kinds._permissions import check_permission, permission_label
from steward.core.approvals.registry import KINDS, ApproverKind, Request


@KINDS.register
class Holders(ApproverKind):
    """Whoever holds a permission for the requester's own body."""

    code = "holders"
    label = "本单位有权限的人"
    takes = "permission"

    def check(self) -> None:
        check_permission(self.params.get("permission"))

    def resolve(self, request: Request) -> list[int]:
        code = str(self.params["permission"])
        return [user.id for user in accounts.users_with(code, request.organization_id)]

    def describe(self) -> str:
        return f"本单位有“{permission_label(self.params.get('permission'))}”权限的人"
