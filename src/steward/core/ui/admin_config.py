from django.contrib.admin.apps import AdminConfig


class StewardAdminConfig(AdminConfig):
    """Django's admin with Steward's own site class."""

    default_site = "steward.core.ui.admin_site.StewardSite"
