from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "steward.data.sources"
    label = "sources"
    verbose_name = "数据源"
