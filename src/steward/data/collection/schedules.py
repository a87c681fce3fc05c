"""When a task runs: a cron line read in Shanghai."""

from datetime import datetime

from cronsim import CronSim, CronSimError

from steward.kernel.errors import InvalidError
from steward.kernel.instants import local


class InvalidScheduleError(InvalidError):
    """A cron line that cannot be read."""

    code = "collection.invalid_schedule"


def next_run(schedule: str, after: datetime) -> datetime | None:
    """The next instant of a schedule after `after`; None without one. InvalidScheduleError."""
    if not schedule.strip():
        return None
    try:
        return next(CronSim(schedule.strip(), local(after)))
    except CronSimError:
        raise InvalidScheduleError(
            f"计划“{schedule}”写法有误，应为五段 cron，如“30 2 * * *”表示每天 02:30",
            field="schedule",
        ) from None
    except StopIteration:
        raise InvalidScheduleError(f"计划“{schedule}”永远不会到来", field="schedule") from None
