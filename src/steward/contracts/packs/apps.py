from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "steward.contracts.packs"
    label = "packs"
    verbose_name = "合同"
