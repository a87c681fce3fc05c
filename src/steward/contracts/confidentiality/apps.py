from django.apps import AppConfig


class ConfidentialityConfig(AppConfig):
    name = "steward.contracts.confidentiality"
    label = "confidentiality"
    verbose_name = "保密与授权"
