from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "steward.core.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Every app's `registrations.py` states what it adds: words, permissions, navigation."""
        autodiscover_modules("registrations", "metrics")
