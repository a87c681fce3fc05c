from steward.core.accounts import api as accounts
from steward.core.approvals.registry import (
    KINDS,
    ApproverKind,
    InvalidApproverError,
    Request,
)


@KINDS.register
class Users(ApproverKind):
    """People by name."""

    code = "users"
    label = "指定人员"
    takes = "users"

    @property
    def user_ids(self) -> list[int]:
        return [int(pk) for pk in self.params.get("users", [])]

    def check(self) -> None:
        if not self.user_ids:
            raise InvalidApproverError("请至少选择一名审批人")
        known = accounts.get_users(self.user_ids)
        missing = [pk for pk in self.user_ids if pk not in known]
        if missing:
            raise InvalidApproverError(f"没有编号为 {missing[0]} 的用户")

    def resolve(self, request: Request) -> list[int]:  # noqa: ARG002
        known = accounts.get_users(self.user_ids)
        return [pk for pk in self.user_ids if pk in known and known[pk].is_active]

    def describe(self) -> str:
        known = accounts.get_users(self.user_ids)
        return "、".join(known[pk].name for pk in self.user_ids if pk in known)
