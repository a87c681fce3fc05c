from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "steward.core.approvals"
    label = "approvals"
    verbose_name = "审批"
