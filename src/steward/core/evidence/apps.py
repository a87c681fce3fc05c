from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "steward.core.evidence"
    label = "evidence"
    verbose_name = "证据"
