"""An import that is killed leaves all or nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.organisation.models import Post
from tests.cast import Cast, enter_cast
from tests.foundation.intake.test_operations import receive
from tests.foundation.intake.toy import row, xlsx

ROWS = 3_000
CONFIRM = """
import sys
import django
django.setup()
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.organisation.models import Post
from bangfu.foundation.people.models import Account
from django.db import connection
from tests.cast import NOW
from tests.foundation.intake import toy
from bangfu.foundation.operations import Act

mark_confirmed = toy.mark_confirmed
def linger(upload, outcome, *, act):
    done = mark_confirmed(upload, outcome, act=act)
    if sys.argv[2] == "before":
        print("written", flush=True)
        sys.stdin.read()
    return done
toy.mark_confirmed = linger
with toy.toy_room() as layout:
    layout.confirm(upload=Upload.objects.get(pk=sys.argv[1]), act=Act(actor=Account.objects.get(username="weilan"), at=NOW))
print("committed", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("moment", "said", "posts", "state"), [
    ("before", "written", 0, "PREVIEWED"), ("after", "committed", ROWS, "CONFIRMED"),
])  # fmt: skip
def test_a_killed_import_leaves_all_or_nothing(
    own_database: str, toy: Layout, moment: str, said: str, posts: int, state: str
) -> None:
    cast: Cast = enter_cast()
    upload = receive(cast, xlsx(*[row(f"GZ-{number}") for number in range(ROWS)]))
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "BANGFU_VAR": str(settings.VAR),
        "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
    }
    with subprocess.Popen(
        [sys.executable, "-c", CONFIRM, str(upload.pk), moment],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        cwd=Path(__file__).resolve().parents[3],
    ) as importing:  # fmt: skip
        assert importing.stdout is not None
        assert importing.stdout.readline().strip() == said
        importing.send_signal(signal.SIGKILL)
        assert importing.wait() == -signal.SIGKILL
    wait_for_the_dead(own_database)

    assert Post.objects.count() == posts
    assert Upload.objects.get().state == state
    if posts == 0:
        toy.confirm(upload=Upload.objects.get(), act=cast.act(cast.clerk))
        assert Post.objects.count() == ROWS


def wait_for_the_dead(url: str) -> None:
    """Wait until the server has noticed that the killed client is gone."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in tr%'"
    with psycopg.connect(url, autocommit=True) as watcher:
        for _ in range(100):
            found = watcher.execute(query).fetchone()
            if found == (0,):
                return
            time.sleep(0.1)
    raise AssertionError("the killed import's transaction is still open")
