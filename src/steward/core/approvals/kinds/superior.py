from steward.core.accounts import api as accounts
from steward.core.approvals.kinds._permissions import check_permission, permission_label
from steward.core.approvals.registry import KINDS, ApproverKind, Request
from steward.core.organizations import api as organizations


@KINDS.register
class Superior(ApproverKind):
    """Whoever has a post directly in the body above the requester's, and a permission."""

    code = "superior"
    label = "上级单位有权限的人"
    takes = "permission"

    def check(self) -> None:
        check_permission(self.params.get("permission"))

    def resolve(self, request: Request) -> list[int]:
        if request.organization_id is None:
            return []
        above = organizations.ancestors(request.organization_id)
        if not above:
            return []
        found = accounts.users_with(str(self.params["permission"]), above[-1].id)
        return [
            user.id
            for user in found
            if above[-1].id
            in {p.organization_id for p in accounts.posts_of(user.id, now=request.now)}
        ]

    def describe(self) -> str:
        return f"上级单位有“{permission_label(self.params.get('permission'))}”权限的人"
