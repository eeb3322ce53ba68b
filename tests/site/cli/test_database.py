"""Which database a command gets, and which it refuses."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest
from django.db.migrations.recorder import MigrationRecorder

from bangfu.foundation.operations import system_writes
from bangfu.site.cli.database import addresses, language_of_terminal, refuse_old, role_of
from bangfu.site.cli.preparing import refuse_others_tables
from bangfu.site.cli.startup import check_role
from bangfu.site.embedded import DatabaseUrls, join_or_start

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def urls() -> Iterator[DatabaseUrls]:
    with tempfile.TemporaryDirectory(prefix="bangfu-test-") as folder:
        Path(folder).chmod(0o755)
        with join_or_start(Path(folder)) as urls:
            yield urls


class TestAddresses:
    def test_a_server_of_the_users_own_comes_first(
        self, urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", urls.app)
        monkeypatch.setenv("DATABASE_OWNER_URL", urls.owner)
        with addresses() as found:
            assert found == DatabaseUrls(owner=urls.owner, app=urls.app)

    def test_says_in_a_sentence_that_a_server_does_not_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@%2Fnowhere:5432/none")
        with pytest.raises(click.ClickException, match="does not answer"), addresses():
            pass

    def test_refuses_a_server_older_than_15(self) -> None:
        refuse_old(150000)
        with pytest.raises(click.ClickException, match="leads to PostgreSQL 14; bangfu needs 15 or newer"):
            refuse_old(140012)


class TestCheckRole:
    def test_serves_with_a_role_that_owns_nothing(self, urls: DatabaseUrls) -> None:
        check_role(urls.app)

    def test_refuses_the_owner(self, urls: DatabaseUrls) -> None:
        with pytest.raises(click.ClickException, match="The role bangfu_owner owns the database"):
            check_role(urls.owner)

    def test_refuses_a_superuser(self, urls: DatabaseUrls) -> None:
        with pytest.raises(click.ClickException, match="The role bangfu_admin is a superuser"):
            check_role(urls.superuser or "")

    def test_refuses_a_role_that_owns_a_table(self, urls: DatabaseUrls) -> None:
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            connection.execute("GRANT CREATE ON SCHEMA public TO bangfu_app")
            with psycopg.connect(urls.app, autocommit=True) as app:
                app.execute("CREATE TABLE mine (value int)")
                with pytest.raises(click.ClickException, match="owns 1 tables or sequences"):
                    check_role(urls.app)
                app.execute("DROP TABLE mine")
            connection.execute("REVOKE CREATE ON SCHEMA public FROM bangfu_app")


class TestRoleOf:
    def test_reads_the_role(self) -> None:
        assert role_of("postgresql://bangfu_app:x@%2Fs:5432/bangfu") == "bangfu_app"


class TestLanguageOfTerminal:
    @pytest.mark.parametrize(
        ("lang", "language"), [("en_GB.UTF-8", "en"), ("zh_CN.UTF-8", "zh-hans"), ("C", "zh-hans")]
    )
    def test_follows_the_terminal(self, lang: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("LC_ALL", raising=False)
        monkeypatch.delenv("LC_MESSAGES", raising=False)
        monkeypatch.setenv("LANG", lang)
        assert language_of_terminal() == language


@pytest.mark.django_db
def test_tables_of_another_version_are_not_touched() -> None:
    refuse_others_tables()
    with system_writes("another version was here"):
        MigrationRecorder.Migration.objects.create(app="ledger", name="0002_of_another_version")
    with pytest.raises(click.ClickException, match=r"ledger\.0002_of_another_version"):
        refuse_others_tables()
