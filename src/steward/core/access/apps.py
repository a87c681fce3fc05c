from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "steward.core.access"
    label = "access"
    verbose_name = "权限"
