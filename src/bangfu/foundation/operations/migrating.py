"""The tables of this version's migrations, made without rendering the whole model graph for every change.

Django keeps rendered models beside the state of a migration, and after each operation renders again everything that is
related to the changed model; where models are many and point at each other, that is nearly all of them, each time. Most
operations look at their own model alone, and at the names and keys of those it points at. For these it alone is rendered,
and the rest is marked as delayed, as Django itself does where it may. What looks further finds everything rendered afresh.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connections, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced
from django.utils.module_loading import module_has_submodule
from django.utils.translation import override
from pgtrigger.migrations import AddTrigger, RemoveTrigger

OF_ONE_MODEL = (
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddConstraint,
    migrations.RemoveConstraint,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.AlterModelOptions,
    AddTrigger,
    RemoveTrigger,
    migrations.RunPython,
)
"""Operations for which no model but their own is rendered again; code finds all of them whole, since Django renders for it."""


class SparingState(ProjectState):
    """A state that renders again only the changed model while the migration at work looks at no other."""

    of_one_model = False
    changing = ""
    """The room whose models alone the migration at work changes; empty if it may change any."""

    def clone(self) -> SparingState:
        """Return a copy, rendered models included; it has in common with this one what stays as it is."""
        models = {
            key: model if self.changing and key[0] != self.changing else model.clone()
            for key, model in self.models.items()
        }
        copy = SparingState(models, self.real_apps)
        if "apps" in self.__dict__:
            copy.apps = self.apps.clone()
        copy.is_delayed, copy.of_one_model, copy.changing = self.is_delayed, self.of_one_model, self.changing
        return copy

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        """Render a changed model again, with those that inherit from it."""
        if not self.of_one_model:
            super().reload_model(app_label, model_name, delay)
        elif "apps" in self.__dict__:
            self.is_delayed = True
            self._reload(self._heirs(app_label, model_name))  # type: ignore[attr-defined]

    def _heirs(self, app_label: str, model_name: str) -> set[tuple[str, str]]:
        found = {(app_label, model_name.lower())}
        classes = [self.apps.all_models[app_label].get(model_name.lower())]
        for model in filter(None, classes):
            found.add((model._meta.app_label, str(model._meta.model_name)))
            classes.extend(model.__subclasses__())
        return found

    def prepare_for(self, migration: Migration) -> None:
        """Decide how much is rendered for a migration, and render everything afresh if it may look at all."""
        self.of_one_model = all(
            _looks_at_one(operation, migration.app_label, self) for operation in migration.operations
        )
        self.changing = migration.app_label if self.of_one_model else ""
        if not self.of_one_model:
            self.clear_delayed_apps_cache()
            self.is_delayed = False

    def is_plain(self, app_label: str, change: migrations.AlterField) -> bool:
        """Return whether a field was, is and stays one that neither points nor is pointed at."""
        key = app_label, change.model_name_lower
        before = self.models[key].fields.get(change.name) if key in self.models else None
        return before is not None and not any(
            field.is_relation or field.primary_key or field_is_referenced(self, key, (change.name, field))
            for field in (before, change.field)
        )


class SparingExecutor(MigrationExecutor):
    """Django's executor over such a state."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> SparingState:
        made = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return SparingState(made.models, made.real_apps)

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """Run a migration forwards, rendering no more than it looks at."""
        assert isinstance(state, SparingState)
        state.prepare_for(migration)
        return super().apply_migration(state, migration, fake, fake_initial)


def _looks_at_one(operation: Operation, app_label: str, state: SparingState) -> bool:
    if isinstance(operation, migrations.RunSQL):
        return not operation.state_operations
    if isinstance(operation, migrations.AlterField):
        return state.is_plain(app_label, operation)
    return isinstance(operation, OF_ONE_MODEL)


@contextmanager
def _swappable_once() -> Iterator[None]:
    """Let Django look up once which setting names a model; it forgets that itself with every change of a state."""
    vars(apps)["get_swappable_settings_name"] = cache(apps.get_swappable_settings_name)
    try:
        yield
    finally:
        del vars(apps)["get_swappable_settings_name"]


def migrate_tables(database: str = DEFAULT_DB_ALIAS) -> None:
    """Bring a database's tables to this version: what ``migrate`` does, signals included, in a fraction of its time.

    Raises:
        InconsistentMigrationHistory: a migration is applied without one that it needs.
        CommandError: a room has two migrations that come last.
    """
    connection = connections[database]
    with override(None), _swappable_once():
        for app in apps.get_app_configs():
            if app.module is not None and module_has_submodule(app.module, "management"):
                import_module(".management", app.name)
        connection.prepare_database()
        executor = SparingExecutor(connection)
        executor.loader.check_consistent_history(connection)
        if conflicts := executor.loader.detect_conflicts():
            raise CommandError(f"more than one migration comes last: {conflicts}")
        targets = executor.loader.graph.leaf_nodes()
        plan = executor.migration_plan(targets)
        before = executor._create_project_state(with_applied_migrations=True)
        told: dict[str, Any] = {"verbosity": 0, "interactive": False, "db": database, "plan": plan}
        emit_pre_migrate_signal(apps=before.apps, **told)
        after = executor.migrate(targets, plan=plan, state=before.clone())
        after.clear_delayed_apps_cache()
        _complete_real_models(after)
        emit_post_migrate_signal(apps=after.apps, **told)


def _complete_real_models(state: ProjectState) -> None:
    """Give the models of apps without migrations their relations, which Django renders last."""
    keys = [(model.app_label, model.name_lower) for model in state.apps.real_models]
    with state.apps.bulk_update():
        for key in keys:
            state.apps.unregister_model(*key)
    state.apps.render_multiple([ModelState.from_model(apps.get_model(*key)) for key in keys])
