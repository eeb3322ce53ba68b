"""What the application's database role may do: read and write, but only add to append-only tables."""

from __future__ import annotations

import pghistory.models
from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from bangfu.foundation.operations.models import AppendOnly

APPLICATION_ROLE = "bangfu_app"
NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""
"""django-pgtrigger lets a setting of the connection switch triggers off; no role that serves may."""
GUARDED = """
SELECT format('%I.%I(%s)', space.nspname, routine.proname, pg_get_function_identity_arguments(routine.oid))
  FROM pg_proc routine JOIN pg_namespace space ON space.oid = routine.pronamespace
 WHERE space.nspname = 'public' AND routine.prosecdef
"""


def append_only_tables() -> list[str]:
    """Return the tables of every model that is append-only, histories included."""
    kinds = (AppendOnly, pghistory.models.Event)
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, kinds))


def grant_privileges(connection: BaseDatabaseWrapper, role: str = APPLICATION_ROLE) -> None:
    """Give the application's role its privileges on every table, as the owner, after each migration.

    Idempotent. Update, delete and truncate of append-only tables are taken away, whatever was granted before, and so
    is giving a value to a column that the database sets. A table whose every column it sets is written by triggers alone,
    and its numbers are theirs.
    """
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(name))
        for table in append_only_tables():
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), name)
            )
        for model in apps.get_models():
            if issubclass(model, AppendOnly) and model.set_by_database:
                _grant_columns(cursor, model, name)
        cursor.execute(NEVER_IGNORED)
        cursor.execute(GUARDED)  # what runs with the owner's rights is called by triggers alone
        for (routine,) in cursor.fetchall():
            cursor.execute(f"REVOKE ALL ON FUNCTION {routine} FROM PUBLIC")


def _grant_columns(cursor: CursorWrapper, model: type[AppendOnly], role: sql.Identifier) -> None:
    """Let the role add rows with values of the columns that the database does not set; without any, neither rows nor numbers."""
    table = model._meta.db_table
    cursor.execute(sql.SQL("REVOKE INSERT ON {} FROM {}").format(sql.Identifier(table), role))
    given = {str(field.column) for field in model._meta.local_fields} - set(model.set_by_database)
    if given:
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in sorted(given))
        cursor.execute(sql.SQL("GRANT INSERT ({}) ON {} TO {}").format(columns, sql.Identifier(table), role))
    else:
        cursor.execute(
            sql.SQL("REVOKE ALL ON SEQUENCE {} FROM {}").format(sql.Identifier(f"{table}_id_seq"), role)
        )
