"""What collection adds to the platform: permissions, sentences, approvals, navigation, links."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.urls import reverse

from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.data.collection.applications import PURPOSE, seed_flow
from steward.data.collection.choices import Origin
from steward.data.collection.models import APPLICATION_KIND, FILE_KIND, RUN_KIND, TASK_KIND
from steward.data.collection.pages.blocks import source_panel, table_panel
from steward.data.sources.api import SOURCE_KIND
from steward.data.sources.api import TABLE_KIND as SOURCE_TABLE_KIND
from steward.kernel.instants import now as wall_clock

GROUP = "数据服务"
access.declare("collection.task.view", "查看归集任务与运行", group=GROUP)
access.declare("collection.task.change", "建立、修改、暂停归集任务，处理结构变化", group=GROUP)
access.declare("collection.task.run", "立即运行归集任务", group=GROUP)
access.declare("collection.task.recall", "回收归集的数据", group=GROUP)
access.declare("collection.rejects.view_private", "下载归集中读不懂的行（含原值）", group=GROUP)
access.declare("collection.application.view", "查看省市数据申请", group=GROUP)
access.declare("collection.application.submit", "提出省市数据申请", group=GROUP)
access.declare("collection.application.approve", "审批省市数据申请", group=GROUP)

access.declare("collection.file.view", "查看归集的文件清单", group=GROUP)
access.declare("collection.file.download", "下载归集的文件", group=GROUP)
access.declare("collection.file.upload", "给归集任务上传文件", group=GROUP)

audit.register("collection.uploaded", "给“{subject}”上传 {after[count]} 个文件")
audit.register("collection.upload.discarded", "丢弃“{subject}”待归集的上传文件 {after[name]}")
audit.register("collection.file.downloaded", "下载归集文件“{subject}”")
audit.register("collection.task.created", "建立归集任务“{subject}”")
audit.register("collection.task.paused", "暂停归集任务“{subject}”：{reason}")
audit.register("collection.task.resumed", "恢复归集任务“{subject}”：{reason}")
audit.register("collection.task.unblocked", "归集任务“{subject}”按来源现有结构继续：{reason}")
audit.register("collection.column.accepted", "归集任务“{subject}”纳入新列 {after[column]}")
audit.register("collection.column.declined", "归集任务“{subject}”不归集新列 {after[column]}")
audit.register("collection.recalled", "回收“{subject}”：删除 {after[table]} 的 {after[rows]} 行，{reason}")  # fmt: skip
audit.register("collection.rejects.read", "下载“{subject}”读不懂的行")
audit.register("collection.applied", "提出数据申请“{subject}”")

approvals.declare_purpose(
    PURPOSE, "数据申请", (approvals.FactField("origin", "来源", "choice", tuple(Origin.choices)),)
)
ui.add_navigation(
    ui.NavItem("数据服务", "数据归集", "move_down", "collection:board", "collection.task.view",
               order=40)
)  # fmt: skip
ui.add_navigation(
    ui.NavItem("数据服务", "省市数据申请", "inbox_customize", "collection:applications",
               "collection.application.view", order=45)
)  # fmt: skip
ui.add_link(TASK_KIND, lambda key: reverse("collection:task", args=[key]))
ui.add_link(RUN_KIND, lambda key: reverse("collection:run", args=[key]))
ui.add_link(FILE_KIND, lambda key: reverse("collection:file", args=[key]))
ui.add_link(APPLICATION_KIND, lambda key: reverse("collection:application", args=[key]))
ui.add_panel(
    ui.Panel(
        kind=SOURCE_KIND,
        code="collection.source",
        template="collection/source_panel.html",
        context=source_panel,
        permission="collection.task.view",
        order=20,
    )
)

ui.add_panel(
    ui.Panel(
        kind=SOURCE_TABLE_KIND,
        code="collection.source_table",
        template="collection/table_panel.html",
        context=table_panel,
        permission="collection.task.view",
        order=20,
    )
)


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the approval flow exists; what administrators made of it stays."""
    if "approvals_flow" in connections[using].introspection.table_names():
        seed_flow(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("collection"))
