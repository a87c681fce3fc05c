"""`check --deploy` with the settings of a real installation behind HTTPS."""

import os
import subprocess
import sys


def main() -> int:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "steward.site.settings",
        "STEWARD_HTTPS": "1",
        "STEWARD_DEBUG": "0",
        "STEWARD_SECRET_KEY": "check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        "STEWARD_HOSTS": "steward.example",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
