from steward.contracts.obligations import api as obligations
from steward.contracts.packs.api import ContractVersionInstalled
from steward.core.calendars.api import CalendarChanged
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.instants import now

LAYER = Actor.system("义务")


@jobs.handles(ContractVersionInstalled, code="obligations.lay_out")
def lay_out_version(event: ContractVersionInstalled) -> None:
    """A contract has first or amended terms: lay its duties out."""
    obligations.lay_out_contract(
        event.contract, reason=f"合同第 {event.number} 版生效", by=LAYER, now=now()
    )


@jobs.handles(CalendarChanged, code="obligations.calendar_changed")
def follow_calendar(event: CalendarChanged) -> None:
    """A holiday notice was loaded: open occurrences are evaluated again, closed ones never."""
    obligations.relay_for_calendar(event.calendar, by=LAYER, now=event.recorded_at)


@jobs.job(code="obligations.watch", label="义务提醒与逾期检查", schedule="*/10 * * * *")
def watch(run: jobs.RunHandle) -> None:
    """Send the reminders that are due, note what is overdue; every one of them once."""
    at = now()
    reminded = sum(
        obligations.remind(row, kind, now=at) for row, kind, _ in obligations.due_reminders(at)
    )
    missed = 0
    for occurrence_id in obligations.overdue(at):
        row = obligations.note_missed(occurrence_id, now=at)
        if row is not None:
            missed += 1
            if row.rhythm != "daily":
                obligations.escalate(row, now=at)
    run.log(f"提醒 {reminded} 项，新增逾期 {missed} 项")
