from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "steward.core.files"
    label = "files"
    verbose_name = "附件"
