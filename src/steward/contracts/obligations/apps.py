from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "steward.contracts.obligations"
    label = "obligations"
    verbose_name = "义务"
