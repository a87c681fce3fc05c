"""What surveys add to the platform: permissions, sentences, navigation, links, the ticket's panel."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.desk.surveys.api import ROUND_KIND, RUN, VIEW, seed_questionnaires
from steward.desk.surveys.pages.blocks import home_block, rating_panel
from steward.kernel.instants import now as wall_clock

access.declare(VIEW, "查看满意度调查的进度与结果", group="服务台")
access.declare(RUN, "代表甲方组织满意度调查", group="服务台")
access.declare("desk.ticket.rate", "评价自己报告的工单", group="服务台")

audit.register("surveys.questionnaire.saved", "保存问卷“{subject}”第 {after[number]} 版")
audit.register("surveys.round.created", "新建满意度调查“{subject}”，抽样种子 {after[seed]}")
audit.register("surveys.round.population", "加入调查对象 {after[added]} 人")
audit.register(
    "surveys.round.drawn",
    "{after[method]}：从 {after[population]} 人中抽取 {after[sampled]} 人，种子 {after[seed]}",
)
audit.register("surveys.round.opened", "开始满意度调查“{subject}”")
audit.register("surveys.round.extended", "截止时间由 {before[closes_at]} 延到 {after[closes_at]}")
audit.register("surveys.round.cancelled", "取消满意度调查：{reason}")
audit.register(
    "surveys.round.invited",
    "第 {after[wave]} 次邀请与提醒：平台消息 {after[notices]} 人，邮件 {after[mails]} 人",
)
audit.register(
    "surveys.round.exported", "第 {after[number]} 次导出个人链接 {after[links]} 条，旧链接作废"
)
audit.register("surveys.round.reissued", "给第 {after[number]} 号调查对象重发个人链接")
audit.register(
    "surveys.round.closed",
    "结束满意度调查“{subject}”：有效答卷 {after[answered]} 份，证据等级 {after[grade]}（{reason}）",
)
audit.register("surveys.ticket.rated", "评价工单“{subject}”：{after[rating]} 分")

ui.add_navigation(
    ui.NavItem("服务台", "满意度调查", "sentiment_satisfied", "surveys:list", VIEW, order=50)
)
ui.add_link(ROUND_KIND, lambda key: f"/surveys/{key}/")
ui.add_home_block(ui.HomeBlock("surveys.mine", "surveys/home_block.html", home_block, order=15))
ui.add_panel(
    ui.Panel("desk.ticket", "surveys.rating", "surveys/rating_panel.html", rating_panel,
             "desk.ticket.view", order=5)
)  # fmt: skip


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the standard questionnaire exists; what the client made of it stays."""
    if "surveys_questionnaireversion" in connections[using].introspection.table_names():
        seed_questionnaires(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("surveys"))
