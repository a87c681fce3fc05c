"""Facade of access: declare permissions, ask what somebody may do and which bodies they see."""

from steward.core.access.registry import Permission, declare, is_declared, permissions

__all__ = ["Permission", "declare", "is_declared", "permissions"]
