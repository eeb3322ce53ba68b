"""``bangfu example load`` in a database that is not ready."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bangfu.site.cli import main
from tests.conftest import Server, pointing_at

pytestmark = pytest.mark.database


def test_without_tables_it_says_what_to_run_first(
    server: Server, django_db_blocker: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.create("bangfu_bare")
    monkeypatch.setenv("DATABASE_URL", server.app("bangfu_bare"))
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner("bangfu_bare"))
    with django_db_blocker.unblock(), pointing_at(server.owner("bangfu_bare")):
        done = CliRunner().invoke(main, ["example", "load"])
    server.drop("bangfu_bare")
    assert done.exit_code == 1
    assert "bangfu migrate" in done.output
