from steward.contracts.reports.parts.asking import asked_figure
from steward.contracts.reports.parts.desk import changed, tickets
from steward.contracts.reports.parts.duties import duties, people
from steward.contracts.reports.parts.running import running
from steward.contracts.reports.parts.scoring import score
from steward.contracts.reports.registry import KINDS, Asked, PeriodicKind
from steward.contracts.reports.sections import Section


@KINDS.register
class Annual(PeriodicKind):
    """The summary of a contract year."""

    code = "annual"
    label = "运维项目总结报告"
    rhythm = "yearly"
    words = ("总结报告", "年报", "年度报告")
    order = 30

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return (
            running(asked),
            tickets(asked),
            changed(asked),
            duties(asked),
            people(asked),
            _users(asked),
            score(asked),
        )


def _users(asked: Asked) -> Section:
    return Section(
        id="users",
        title="用户满意度",
        figures=(asked_figure(asked, "满意度调查", "survey.satisfaction"),),
    )
