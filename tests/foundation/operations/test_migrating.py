"""The tables as migrations leave them are those of the models, and the short way of making them looks far enough."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState
from pgtrigger import registered

from bangfu.foundation.operations.migrating import SparingState
from tests.conftest import Server

Found = set[tuple[object, ...]]
QUESTIONS = {
    "column": """
        SELECT kind.relname, field.attname, format_type(field.atttypid, field.atttypmod), NOT field.attnotnull
          FROM pg_class kind JOIN pg_attribute field ON field.attrelid = kind.oid
         WHERE kind.relnamespace = 'public'::regnamespace AND kind.relkind = 'r'
           AND field.attnum > 0 AND NOT field.attisdropped""",
    "foreign key": """
        SELECT rule.conrelid::regclass::text, here.attname, rule.confrelid::regclass::text, there.attname
          FROM pg_constraint rule
          JOIN pg_attribute here ON here.attrelid = rule.conrelid AND here.attnum = rule.conkey[1]
          JOIN pg_attribute there ON there.attrelid = rule.confrelid AND there.attnum = rule.confkey[1]
         WHERE rule.contype = 'f' AND rule.convalidated""",
    "constraint or index": """
        SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE convalidated AND conrelid <> 0
         UNION SELECT tablename, indexname FROM pg_indexes""",
    "single index": """
        SELECT indrelid::regclass::text, attname, indisunique FROM pg_index
          JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
         WHERE indnkeyatts = 1 AND indpred IS NULL AND indisvalid""",
    "trigger": """
        SELECT tgrelid::regclass::text, tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger
         WHERE NOT tgisinternal AND tgenabled = 'O' AND tgname LIKE 'pgtrigger%'""",
}
WHOLE = {"column", "trigger"}
"""Of these the database has none that no model asks for; of the others Django makes some under names of its own."""


def _tables() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


def expected() -> dict[str, Found]:
    """What the models ask for."""
    asked: dict[str, Found] = {kind: set() for kind in QUESTIONS}
    for model in _tables():
        table = model._meta.db_table
        for field in model._meta.local_concrete_fields:
            if kind := field.db_type(connection):
                written = kind.replace("varchar", "character varying").replace(", ", ",")
                written = "time without time zone" if written == "time" else written
                asked["column"].add((table, field.column, written, field.null or field.generated))
            if field.is_relation and field.db_constraint:
                there = field.target_field
                asked["foreign key"].add((table, field.column, there.model._meta.db_table, there.column))
            if field.unique or (field.db_index and field.column):
                asked["single index"].add((table, field.column, field.unique))
        named = [*model._meta.constraints, *model._meta.indexes]
        asked["constraint or index"] |= {(table, rule.name) for rule in named}
    for model, trigger in registered():
        made = trigger.compile(model)
        asked["trigger"].add((model._meta.db_table, made.sql.pgid, made.hash))
    return asked


def differences(database: psycopg.Connection) -> Found:
    """Where the catalogue of a database is not what the models ask for."""
    ours = {model._meta.db_table for model in _tables()}
    found = set()
    for kind, asked in expected().items():
        there = {row for row in database.execute(QUESTIONS[kind]) if row[0] in ours}
        wrong = asked ^ there if kind in WHOLE else asked - there
        found |= {(kind, *row) for row in wrong}
    return found


class TestTables:
    @pytest.fixture
    def database(
        self, server: Server, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
    ) -> Iterator[psycopg.Connection]:
        with django_db_blocker.unblock(), psycopg.connect(server.owner("bangfu_tests")) as opened:
            yield opened
            opened.rollback()

    def test_are_what_the_models_ask_for(self, database: psycopg.Connection) -> None:
        assert differences(database) == set()
        assert all(len(asked) > 50 for asked in expected().values())

    @pytest.mark.parametrize(
        ("spoilt", "kind"),
        [
            ("ALTER TABLE people_account ADD COLUMN more integer", "column"),
            ("ALTER TABLE people_account ALTER COLUMN username DROP NOT NULL", "column"),
            ("ALTER TABLE organisation_unit ALTER COLUMN code TYPE varchar(31)", "column"),
            ("ALTER TABLE ledger_fact DROP CONSTRAINT ledger_share_is_a_part", "constraint or index"),
            ("DROP INDEX ledger_by_place", "constraint or index"),
            ("ALTER TABLE people_account DROP CONSTRAINT people_account_person_id_key", "single index"),
            ("ALTER TABLE people_account DROP CONSTRAINT {person}", "foreign key"),
            ("ALTER TABLE ledger_fact DISABLE TRIGGER {rules}", "trigger"),
            ("COMMENT ON TRIGGER {rules} ON ledger_fact IS 'of another release'", "trigger"),
        ],
    )
    def test_that_are_not_are_named(self, database: psycopg.Connection, spoilt: str, kind: str) -> None:
        names = {
            "person": "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'people_account'::regclass",
            "rules": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_fact_rules_%'",
        }
        database.execute(
            spoilt.format(**{name: database.execute(asked).fetchone()[0] for name, asked in names.items()})
        )
        assert {found[0] for found in differences(database)} == {kind}


class TestState:
    @pytest.fixture
    def state(self) -> SparingState:
        """Authors, books that point at them, and novels that are books, rendered."""
        number = models.AutoField(primary_key=True)
        key = models.ForeignKey("shelf.Author", models.CASCADE)
        state = SparingState()
        state.add_model(
            ModelState("shelf", "Author", [("id", number), ("name", models.CharField(max_length=9))])
        )
        state.add_model(ModelState("shelf", "Book", [("id", number.clone()), ("author", key)]))
        state.add_model(ModelState("shelf", "Novel", [], {"proxy": True}, ("shelf.book",)))
        assert len(state.apps.get_models()) == 3
        return state

    @staticmethod
    def applied(state: SparingState, *operations: Operation) -> set[str]:
        """Run a migration as far as the state is concerned; gives the models that were rendered for it, all if all were."""
        migration = Migration("0002", "shelf")
        migration.operations = list(operations)
        before = {model.__name__: model for model in state.apps.get_models()}
        state.prepare_for(migration)
        migration.mutate_state(state, preserve=False)
        after = {model.__name__: model for model in state.apps.get_models()}
        return {name for name, model in after.items() if before.get(name) is not model}

    @pytest.mark.parametrize(
        ("change", "rendered"),
        [
            (migrations.AddField("Author", "born", models.DateField(null=True)), {"Author"}),
            (
                migrations.AddField("Book", "by", models.ForeignKey("Author", models.CASCADE, "+")),
                {"Book", "Novel"},
            ),
            (migrations.AlterField("Author", "name", models.CharField(max_length=10)), {"Author"}),
            (migrations.AddIndex("Book", models.Index("author", name="by_author")), {"Book", "Novel"}),
            (migrations.CreateModel("Shelf", [("id", models.AutoField(primary_key=True))]), {"Shelf"}),
        ],
        ids=lambda value: value.__class__.__name__,
    )
    def test_renders_a_changed_model_and_its_heirs(
        self, state: SparingState, change: Operation, rendered: set[str]
    ) -> None:
        assert self.applied(state, change) == rendered
        assert state.is_delayed

    @pytest.mark.parametrize(
        "change",
        [
            migrations.AlterField("Author", "id", models.BigAutoField(primary_key=True)),
            migrations.AlterField("Book", "author", models.OneToOneField("Author", models.CASCADE)),
            migrations.AlterModelTable("Author", "writers"),
            migrations.RenameModel("Author", "Writer"),
            migrations.RenameField("Author", "id", "number"),
            migrations.RunSQL("SELECT 1", state_operations=[migrations.RemoveField("Book", "author")]),
            migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("Book", "author")]),
        ],
        ids=lambda value: value.__class__.__name__,
    )
    def test_renders_everything_for_what_looks_further(self, state: SparingState, change: Operation) -> None:
        assert self.applied(state, migrations.AddField("Author", "born", models.DateField(null=True))) == {
            "Author"
        }
        assert self.applied(state, change) >= {"Book", "Novel"}
        book = state.apps.get_model("shelf.book")
        if "author" in state.models["shelf", "book"].fields:
            author = book._meta.get_field("author").related_model
            assert state.apps.get_model("shelf", author.__name__) is author
            assert [found.related_model for found in author._meta.related_objects] == [book]

    def test_a_copy_stays_as_it_was_and_shares_what_no_operation_touches(self, state: SparingState) -> None:
        state.add_model(ModelState("door", "Key", [("id", models.AutoField(primary_key=True))]))
        born = models.DateField(null=True)
        migration = Migration("0002", "shelf")
        migration.operations = [migrations.AddField("Author", "born", born)]
        state.prepare_for(migration)
        copy = state.clone()
        state.add_field("shelf", "author", "born", born, preserve_default=True)
        assert "born" in state.models["shelf", "author"].fields
        assert "born" not in copy.models["shelf", "author"].fields
        assert copy.models["door", "key"] is state.models["door", "key"]
        migration.operations = [migrations.RenameModel("Author", "Writer")]
        state.prepare_for(migration)
        assert state.clone().models["door", "key"] is not state.models["door", "key"]

    def test_code_finds_the_models_whole(self, state: SparingState) -> None:
        self.applied(state, migrations.AddField("Author", "born", models.DateField(null=True)))
        self.applied(state, migrations.RunPython(migrations.RunPython.noop))
        told = state.clone()
        told.clear_delayed_apps_cache()
        author, book = told.apps.get_model("shelf.author"), told.apps.get_model("shelf.book")
        assert book._meta.get_field("author").related_model is author
