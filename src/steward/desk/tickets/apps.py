from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "steward.desk.tickets"
    label = "desk"
    verbose_name = "服务台"
