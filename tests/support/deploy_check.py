"""`manage check --deploy` as a county's server would see it: TLS on, its own keys, no debugging."""

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            ALLHOURS_DATA=folder,
            ALLHOURS_HTTPS="1",
            ALLHOURS_DEBUG="0",
            DJANGO_SETTINGS_MODULE="allhours.config.settings",
        )
        os.environ.pop("DATABASE_URL", None)
        from allhours.kernel.crypto import new_key_file

        new_key_file(Path(folder) / "keys.json")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("check", deploy=True, fail_level="WARNING")
    return 0


if __name__ == "__main__":
    sys.exit(main())
