"""Forms, the files that are their versions, what their cells are pointed at, and what was filled in."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import Words

LOCK = 0x666F_726D
"""With a form's key: one next version, one next revision, and none after its version was withdrawn."""


def _in_order(what: str, of: str, form: str) -> pgtrigger.Trigger:
    """Return the trigger that numbers rows of a thing without gaps. Args: form: gives the form's key, to lock."""
    rules = f"""
PERFORM pg_advisory_xact_lock({LOCK}, ({form})::integer);
IF NEW.number <> 1 + (SELECT count(*) FROM public.forms_{what} earlier WHERE earlier.{of}_id = NEW.{of}_id) THEN
    RAISE EXCEPTION 'the {what}s of a {of} follow each other' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
    return pgtrigger.Trigger(
        name="in_order", level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Insert, func=rules
    )


def _not_withdrawn(version: str) -> pgtrigger.Trigger:
    """Return the trigger that lets nothing hang on a version after it was withdrawn."""
    rules = f"""
IF EXISTS (SELECT 1 FROM public.forms_withdrawal gone WHERE gone.version_id = ({version})) THEN
    RAISE EXCEPTION 'a version of a form that was withdrawn is not used' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
    return pgtrigger.Trigger(
        name="not_withdrawn",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=rules,
    )


class Form(AppendOnly):
    """A superior's form that a unit fills, whatever its edition."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whoever sees figures of it, or of a unit below it, fills the form."""
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"form {self.pk}"


class Version(AppendOnly):
    """One edition of a form: the file as it came."""

    class Kind(models.TextChoices):
        XLSX = "XLSX", "workbook"
        DOCX = "DOCX", "document"

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    """Empty: called in English as in Chinese."""
    kind = models.CharField(max_length=4, choices=Kind.choices)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "number"], name="forms_version_once"),
            models.CheckConstraint(condition=~Q(name_zh=""), name="forms_version_is_called_something"),
            models.CheckConstraint(
                condition=Q(kind__in=("XLSX", "DOCX")), name="forms_version_kind_is_known"
            ),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _in_order("version", "form", "NEW.form_id")]

    def __str__(self) -> str:
        return f"version {self.number} of form {self.form_id}"

    @property
    def name(self) -> Words:
        """What it is called."""
        return Words(self.name_zh, self.name_en or self.name_zh)


class Withdrawal(AppendOnly):
    """That a version is used no longer; the one before it is, and what was filled with it stays."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="withdrawal")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"withdrawal of version {self.version_id}"


_FORM_OF_VERSION = "SELECT known.form_id FROM public.forms_version known WHERE known.id = NEW.version_id"


class Revision(AppendOnly):
    """What the cells of a version are pointed at, from when it was saved until the next revision."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="revisions")
    number = models.IntegerField()
    pointings = models.JSONField()
    """A list of ``Pointing.fields``, the later of two that meet counting."""
    left_over = models.JSONField(default=list)
    """Pointings of the version before that stand nowhere in this one, for somebody to decide."""
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "number"], name="forms_revision_once"),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _in_order("revision", "version", _FORM_OF_VERSION),
            _not_withdrawn("NEW.version_id"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of version {self.version_id}"


class Fill(AppendOnly):
    """A form filled for a period, a unit and a place, as of a block: enough to make the same file again."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="fills")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=30)
    block = models.BigIntegerField()
    """The newest block when it was filled."""
    values = models.JSONField()
    """By worksheet and cell: what stood there, exact and as it was written; nobody's name."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the file that was filled."""
    filled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(block__gte=0), name="forms_fill_block_is_one"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="forms_fill_digest_form"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "period"], name="forms_fill_of_unit")]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _not_withdrawn(
                "SELECT known.version_id FROM public.forms_revision known WHERE known.id = NEW.revision_id"
            ),
        ]

    def __str__(self) -> str:
        return f"fill {self.pk}"
