from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib import admin


class AccountsConfig(AppConfig):
    name = "steward.core.accounts"
    label = "accounts"
    verbose_name = "用户"

    def ready(self) -> None:
        """Signing in reports to the audit; lists of other packages leave the back office."""
        import_module("steward.core.accounts.sign_in.receivers")
        steward_admin = import_module("steward.core.ui.api").StewardAdmin
        for model in apps.get_models():
            known = admin.site.is_registered(model)
            if known and not isinstance(admin.site.get_model_admin(model), steward_admin):
                admin.site.unregister(model)
