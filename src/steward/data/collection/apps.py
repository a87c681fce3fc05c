from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "steward.data.collection"
    label = "collection"
    verbose_name = "数据归集"
