from django.apps import AppConfig


class BundleConfig(AppConfig):
    name = "steward.contracts.bundle"
    label = "bundle"
    verbose_name = "验收材料包"
