from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "steward.contracts.reports"
    label = "reports"
    verbose_name = "报告"
