from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "steward.contracts.staffing"
    label = "staffing"
    verbose_name = "驻场团队"
