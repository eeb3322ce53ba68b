"""The product's settings over a folder that lasts as long as the test run; only the database server's lasts longer."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SERVERS = Path(
    os.environ.get("BANGFU_TEST_SERVERS")
    or Path(os.environ.get("BANGFU_VAR") or Path(__file__).resolve().parents[1] / "var" / "test") / "servers"
)
"""Where the database servers of test runs stay, each with its template: one for each run that goes on at a time."""

_folder = Path(tempfile.mkdtemp(prefix="bangfu-tests-"))
_folder.chmod(0o755)
(_folder / "static").mkdir()
os.environ["BANGFU_VAR"] = str(_folder)
os.environ.setdefault("BANGFU_SECRET_KEY", "a key for tests only")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

from bangfu.site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SMS_FAKE_ALLOWED = True
API_LONGEST_TEXT = 1_000
