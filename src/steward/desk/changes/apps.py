from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "steward.desk.changes"
    label = "changes"
    verbose_name = "变更"
