from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "steward.core.calendars"
    label = "calendars"
    verbose_name = "工作日历"
