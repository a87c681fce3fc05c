from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    name = "steward.data.entities"
    label = "entities"
    verbose_name = "邻礼通实体"
