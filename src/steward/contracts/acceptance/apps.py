from django.apps import AppConfig


class AcceptanceConfig(AppConfig):
    name = "steward.contracts.acceptance"
    label = "acceptance"
    verbose_name = "验收"
