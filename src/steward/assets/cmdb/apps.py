from django.apps import AppConfig


class CmdbConfig(AppConfig):
    name = "steward.assets.cmdb"
    label = "cmdb"
    verbose_name = "资产"
