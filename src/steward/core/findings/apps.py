from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "steward.core.findings"
    label = "findings"
    verbose_name = "问题"
