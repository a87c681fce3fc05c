"""Cross-checks of the payment part of a pack."""

from steward.contracts.packs.document import Pack
from steward.contracts.packs.yamltree import YamlTree


def check_payment(pack: Pack, tree: YamlTree) -> None:
    """Stages in the term's reach; penalties that can be worked out."""
    _stages(pack, tree)
    calendars = [use.id for use in pack.calendars]
    for n, penalty in enumerate(pack.penalties):
        path = ("penalties", n)
        if not penalty.by_time and penalty.cure_days:
            tree.problem(
                (*path, "cure_days"),
                "改正期限只用于按天、周、半月计的违约金",
                value=penalty.cure_days,
            )
        if penalty.ends_contract_after_days is not None and not penalty.by_time:
            tree.problem((*path, "ends_contract_after_days"), "按次计的违约金没有逾期天数")
        if penalty.ends_contract_calendar not in (None, *calendars):
            tree.problem(
                (*path, "ends_contract_calendar"),
                "calendars 里没有这个日历",
                value=penalty.ends_contract_calendar,
                allowed=", ".join(calendars),
            )
        if penalty.base == "due" and penalty.on != "late_payment":
            words = "以应付未付部分为基数（due）的只能是付款逾期（on: late_payment）"
            tree.problem((*path, "on"), words, value=penalty.on)


def _stages(pack: Pack, tree: YamlTree) -> None:
    for n, stage in enumerate(pack.payment.stages):
        path = ("payment", "stages", n)
        if stage.due_date is not None and stage.due_days is not None:
            tree.problem((*path, "due_days"), "已有固定日期的不再写 due_days", value=stage.due_days)
        if stage.after_months is not None and "confirmation" not in stage.needs:
            tree.problem((*path, "after_months"), "须在 needs 写明 confirmation（甲方确认）")
