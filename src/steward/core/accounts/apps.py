from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "steward.core.accounts"
    label = "accounts"
    verbose_name = "用户"
