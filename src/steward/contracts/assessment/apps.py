from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "steward.contracts.assessment"
    label = "assessment"
    verbose_name = "考核"
