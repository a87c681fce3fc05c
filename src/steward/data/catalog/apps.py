from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "steward.data.catalog"
    label = "catalog"
    verbose_name = "数据目录"
