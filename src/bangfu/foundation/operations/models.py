"""The audit row and the request key that stand beside every operation, and append-only tables."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

REFUSE_CHANGE = """
RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
"""


class RefuseChange(pgtrigger.Trigger):
    """Refuses update, delete and truncate of a table, for every role, once a statement."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate
    func = REFUSE_CHANGE


class RefuseLoss(pgtrigger.Trigger):
    """Refuses to lose rows that facts refer to by number: no delete, no truncate, no new key."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Delete | pgtrigger.Truncate
    func = """
    RAISE EXCEPTION '% rows stay: facts refer to them', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    """


_KNOWN = """
    IF EXISTS (SELECT FROM (SELECT DISTINCT {column} AS key FROM written WHERE {column} IS NOT NULL) named
                LEFT JOIN LATERAL (SELECT true AS is_there FROM public.{table} known WHERE known.{key} = named.key OFFSET 0) found
                  ON true WHERE found.is_there IS NULL) THEN
        RAISE EXCEPTION '% names an unknown {column}', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation',
            CONSTRAINT = '{constraint}';
    END IF;
"""


class KnownOnly(pgtrigger.Trigger):
    """Refuses rows that refer to what is not there, once a statement: each different key is looked up once, however many rows
    name it. A foreign key is checked row by row, which of a sheet of a hundred thousand rows takes as long as writing it.
    A connection plans the look-up once, perhaps while the other table is empty: key by key, or it would read all of it for ever.

    It stands for a foreign key only where the rows that are referred to never go and never change their key.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    referencing = pgtrigger.Referencing(new="written")
    known: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    """Column, and the table and key that it refers to."""
    begins = ""
    """How the names of the constraints begin."""

    def get_func(self, model: type[models.Model]) -> str:
        """Return what the trigger does."""
        checks = [
            _KNOWN.format(
                column=column,
                table=table,
                key=key,
                constraint=f"{self.begins}{column.removesuffix('_id')}_known",
            )
            for column, table, key in self.known
        ]
        return "".join([*checks, "    RETURN NULL;\n"])


def every_version() -> tuple[pghistory.Tracker, ...]:
    """Return trackers that keep every version of a row: rows that come together once a statement, changes row by row.

    A statement's update event joins old and new rows by a plan that is cached from its first, empty call: a change of
    thousands would compare every row with every other.
    """
    return (
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Row),
    )


class AppendOnly(models.Model):
    """Rows that are never changed and never deleted: by trigger, and by the privileges of the application's role."""

    set_by_database: ClassVar[tuple[str, ...]] = ()
    """Columns that the application's role cannot give a value: such rows are written by SQL that names the others."""

    class Meta:
        abstract = True
        triggers: ClassVar = [RefuseChange(name="append_only")]


class _OfKnownActs(KnownOnly):
    known = (("actor_id", "people_account", "id"), ("part_of_id", "operations_auditentry", "id"))
    begins = "operations_audit_"


class _OfKnownActors(KnownOnly):
    known = (("actor_id", "people_account", "id"),)
    begins = "operations_key_"


class AuditEntry(AppendOnly):
    """One operation that was carried out; it commits with what it did or not at all."""

    operation = models.CharField(max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    acted_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    request_key = models.CharField(max_length=200, null=True)
    payload_digest = models.CharField(max_length=64)
    objects_named = ArrayField(models.CharField(max_length=120), default=list)
    """``app.model:key`` of every record the operation was given or returned; never a person's data."""
    through = models.CharField(max_length=20, null=True)
    """Prefix of the API token through which the actor acted; null at the pages and commands."""
    scopes = models.JSONField(default=list)
    part_of = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="parts",
        db_index=False,
        db_constraint=False,
    )
    """The entry of the operation by rows to which this row's entry belongs; null for an operation's own."""

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _OfKnownActs(name="known", operation=pgtrigger.Insert),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recorded_at", "id"], name="operations_audit_time"),
            models.Index(fields=["actor", "recorded_at", "id"], name="operations_audit_actor"),
            models.Index(fields=["operation", "recorded_at", "id"], name="operations_audit_operation"),
            models.Index(
                fields=["part_of", "id"],
                name="operations_audit_parts",
                condition=models.Q(part_of__isnull=False),
            ),
            # A short list of what is not entered yet: whoever fills it enters all of it, and the usual 4 MB took 0.2 s.
            GinIndex(fields=["objects_named"], name="operations_audit_objects", gin_pending_list_limit=128),
        ]

    def __str__(self) -> str:
        return f"{self.operation} #{self.pk}"


class RequestKey(models.Model):
    """The first result of a request, so that the same request is done once; kept thirty days."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    """Without an index of its own: the constraint's begins with it."""
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload_digest = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "operation", "key"], name="operations_one_result_a_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"])]
        triggers: ClassVar = [_OfKnownActors(name="known", operation=pgtrigger.Insert)]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
