from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "steward.core.accounts"
    label = "accounts"
    verbose_name = "用户"

    def ready(self) -> None:
        """Signing in reports to the audit from the first request on."""
        import_module("steward.core.accounts.sign_in.receivers")
