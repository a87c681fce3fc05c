from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "steward.operations.monitoring"
    label = "monitoring"
    verbose_name = "运行监测"
