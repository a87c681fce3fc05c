"""Background work of notices: their deliveries, which the services queue."""

from steward.core.notify.services import deliver

__all__ = ["deliver"]
