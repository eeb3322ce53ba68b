"""Versions of reference data as the database writes them: whatever changes a row leaves the row's new version.

Figures read more than facts: which unit stands under which, what units and places are called, which places a list names.
A statement that changes such rows fires ``Witness``, which adds one version of each row that now says something else,
in the same transaction, from one set. Its functions run with the owner's rights and nobody else may call them or write
the table, so that no version can be forged and no way of writing slips past; unlike other triggers they cannot be
switched off by a setting of the connection.

The divisions that ship with the product are witnessed by the digest of their file alone. When one of them changes for the
first time, the version that the file gave it is written beside the new one.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

import pgtrigger
from django.db import models
from pgtrigger import compiler


class Kind(IntEnum):
    """What a version is a version of; the numbers stand in versions for ever."""

    UNIT = 1
    UNIT_VALIDITY = 2
    LINE = 3
    PLACE_EDITION = 4
    PLACE = 5
    PLACE_VALIDITY = 6
    AREA = 7
    AREA_MEMBERSHIP = 8
    INDICATOR = 9
    SIGNING_KEY = 10
    DENOMINATOR = 11
    AUDIT = 12


class Witnessed(NamedTuple):
    """A table of reference data, and what of its rows is kept."""

    kind: Kind
    table: str
    about: str
    """The column with the unit, place or area that a row is about; empty when it is about none."""
    columns: tuple[str, ...]
    """What answers are worked out from; none of it is about a person."""
    removed: str = "false"
    """The condition on a row that it counts no more."""
    key: str = "id"
    """The column by which versions of the same thing follow each other."""
    whole: str = ""
    """The column that holds the content as it is kept; empty when it is put together from ``columns``."""

    def content(self, row: str) -> str:
        """Return the SQL of a row's content; ``row`` is what the row is called in the statement."""
        if self.whole:
            return f"{row}.{self.whole}"
        pairs = ", ".join(f"'{name.removesuffix('_id')}', {row}.{name}" for name in self.columns)
        return f"jsonb_build_object({pairs})"

    def gone(self, row: str) -> str:
        """Return the SQL of whether a row counts no more."""
        return re.sub(r"\bitem\.", f"{row}.", self.removed)

    def version(self, row: str) -> str:
        """Return the SQL of the columns of a row's version."""
        about = f"{row}.{self.about}" if self.about else "NULL::bigint"
        return f"{self.kind:d}, {row}.{self.key}::text, {about}, {self.content(row)}, {self.gone(row)}"


INSERT = "INSERT INTO public.ledger_referenceversion (kind, key, about, content, is_removed)"
_NAMES = ("code", "name_zh", "name_en")
_PERIOD = ("starts_on", "ends_on")

UNITS = Witnessed(Kind.UNIT, "organisation_unit", "id", (*_NAMES, "kind", "parent_id", "place_id", *_PERIOD))
UNIT_VALIDITIES = Witnessed(
    Kind.UNIT_VALIDITY, "organisation_unitversion", "unit_id",
    ("unit_id", "name_zh", "name_en", "parent_id", *_PERIOD),
)  # fmt: skip
LINES = Witnessed(Kind.LINE, "organisation_line", "id", (*_NAMES, *_PERIOD))
EDITIONS = Witnessed(
    Kind.PLACE_EDITION, "places_placeedition", "id", ("digest", "whole", "source", "divisions", "places")
)
PLACES = Witnessed(Kind.PLACE, "places_place", "id", ("name", "through_level", *_PERIOD))
PLACE_VALIDITIES = Witnessed(
    Kind.PLACE_VALIDITY, "places_placename", "place_id", ("place_id", "name", "code", *_PERIOD, "source")
)
AREAS = Witnessed(Kind.AREA, "places_area", "id", ("code", "kind", "title_zh", "title_en", "source"))
MEMBERSHIPS = Witnessed(
    Kind.AREA_MEMBERSHIP, "places_areamembership", "area_id",
    ("area_id", "place_id", *_PERIOD, "listed_as", "entries", "source"), "item.superseded_at IS NOT NULL",
)  # fmt: skip


DENOMINATORS = Witnessed(
    Kind.DENOMINATOR, "places_denominator", "place_id", ("register", "place_id", "year", "value", "source"),
    "item.superseded_at IS NOT NULL",
)  # fmt: skip
SIGNING_KEYS = Witnessed(
    Kind.SIGNING_KEY, "ledger_signingkey", "id", ("name", "public_key", "is_replacement_of_lost")
)


class GuardedSql(compiler.UpsertTriggerSql):
    """A trigger whose function runs with its owner's rights, whom nobody else may call and no setting stops."""

    def get_template(self) -> str:
        """Return the statements that make function and trigger; migrations rest on them."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
                BEGIN
                    {func}
                END;
            $$;
            REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Guarded(pgtrigger.Trigger):
    """A trigger that is compiled to ``GuardedSql``."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def compile(self, model: type[models.Model]) -> compiler.Trigger:
        """Return the trigger as migrations keep it."""
        usual = super().compile(model)
        return compiler.Trigger(name=usual.name, sql=GuardedSql(**usual.sql.kwargs))


def witnesses(table: Witnessed) -> list[Guarded]:
    """Return the triggers that write the versions of a table's rows, none of which is ever deleted."""
    shipped, first = "", ""
    if table is PLACES:
        shipped = (
            " WHERE item.starts_on IS NOT NULL"
            " OR EXISTS (SELECT FROM public.places_placeedition loaded WHERE loaded.whole)"
        )
        first = (
            f"{INSERT} SELECT {table.version('before')} FROM before JOIN item USING (id)"
            f" WHERE {table.content('before')} <> {table.content('item')}"
            f" AND NOT EXISTS (SELECT FROM public.ledger_referenceversion known"
            f" WHERE known.kind = {table.kind:d} AND known.key = item.id::text) ORDER BY before.id;\n"
        )
    return [
        Guarded(
            name="row_has_a_version",
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="item"),
            func=f"{INSERT} SELECT {table.version('item')} FROM item{shipped} ORDER BY item.id;\nRETURN NULL;",
        ),
        Guarded(
            name="change_leaves_a_version",
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="before", new="item"),
            func=(
                "IF EXISTS (SELECT FROM before LEFT JOIN item USING (id) WHERE item.id IS NULL) THEN\n"
                "    RAISE EXCEPTION 'a row of % keeps its key', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';\n"
                "END IF;\n"
                f"{first}{INSERT} SELECT {table.version('item')} FROM before JOIN item USING (id)"
                f" WHERE ({table.content('before')}, {table.gone('before')})"
                f" IS DISTINCT FROM ({table.content('item')}, {table.gone('item')}) ORDER BY item.id;\nRETURN NULL;"
            ),
        ),
    ]
