"""Facade of accounts: people as other apps see them."""

from steward.core.accounts.queries import UserInfo, actor_of, get_user, get_users

__all__ = ["UserInfo", "actor_of", "get_user", "get_users"]
