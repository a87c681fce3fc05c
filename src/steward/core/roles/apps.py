from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RolesConfig(AppConfig):
    name = "steward.core.roles"
    label = "roles"
    verbose_name = "角色权限"

    def ready(self) -> None:
        """Built-in roles follow what the apps declare, after every migration."""
        post_migrate.connect(self._install, sender=self, dispatch_uid="roles.builtin")

    @staticmethod
    def _install(**_: object) -> None:
        from steward.core.roles.services import install_builtin_roles  # noqa: PLC0415

        install_builtin_roles()
