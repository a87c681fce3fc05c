"""What can go wrong with people, in words for whoever tried."""

from steward.kernel.errors import ConflictError, InvalidError


class UserInvalidError(InvalidError):
    """A value that a rule or another user forbids; `data["field"]` names the field."""

    code = "accounts.invalid"


class WeakPasswordError(InvalidError):
    """The password breaks the rules; the message lists every broken one."""

    code = "accounts.weak_password"


class PostError(ConflictError):
    """The post cannot be given or ended like this."""

    code = "accounts.post"


class OwnAccountError(ConflictError):
    """Nobody disables, unlocks or resets their own account."""

    code = "accounts.own_account"
