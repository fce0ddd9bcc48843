"""The project's settings on a throw-away installation.

Each test process (each xdist worker too) has its own data directory, so nothing is shared and
nothing of a real installation can be reached. The embedded database is a file, as in use: an
in-memory one would hide every question of locking.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from allhours.kernel.crypto import new_key_file

_data = tempfile.mkdtemp(prefix="allhours-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["ALLHOURS_DATA"] = _data
os.environ["ALLHOURS_HTTPS"] = "0"
os.environ.pop("ALLHOURS_KEY_FILE", None)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the test's thread
(Path(_data) / "static").mkdir()
new_key_file(Path(_data) / "keys.json")

from allhours.config.settings import *  # noqa: E402, F403
from allhours.config.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{_data}/test.sqlite3"

# Long work is done at once, where it is asked for; the worker itself is tested as a process.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Most tests sign officers in with a password alone; tests of the second factor require it.
ALLHOURS_SECOND_FACTOR = "offered"
