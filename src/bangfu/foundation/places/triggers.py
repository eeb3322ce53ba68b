"""Triggers that several tables of places share."""

from __future__ import annotations

import pgtrigger

_NEVER_DELETED = (
    "RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
)


def never_deleted() -> pgtrigger.Trigger:
    """Return the trigger of a table whose rows stay for ever."""
    return pgtrigger.Trigger(
        name="never_deleted",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete | pgtrigger.Truncate,
        func=_NEVER_DELETED,
    )


def only_superseded(what: str) -> pgtrigger.Trigger:
    """Return the trigger of a table whose rows change in one way: another takes their place, once.

    Args:
        what: what a row is, for the refusal: ``a denominator``.
    """
    return pgtrigger.Trigger(
        name="only_superseded",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
                IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR (to_jsonb(NEW) - 'superseded_at')
                   IS DISTINCT FROM (to_jsonb(OLD) - 'superseded_at') THEN
                    RAISE EXCEPTION '{what} is superseded, never changed' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
                """,
    )
