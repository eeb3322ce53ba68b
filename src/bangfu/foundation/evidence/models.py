"""Kept files and what they are attached to; both are only added."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import Words, both


class EvidenceFile(AppendOnly):
    """One file, known by the SHA-256 of its content; its bytes lie in the evidence folder under that name."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    """Bytes."""
    media_type = models.CharField(max_length=100)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    """Who brought it first; others who bring the same content later are found at their attachments."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="evidence_digest_form"),
            models.CheckConstraint(condition=Q(size__gte=1), name="evidence_file_is_filled"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class EvidenceKind(models.TextChoices):
    """What a file shows of the record it is attached to."""

    PHOTO = "PHOTO", "photograph"
    TEST_LOG = "TEST_LOG", "test log"
    DOCUMENT = "DOCUMENT", "document"
    SHEET = "SHEET", "spreadsheet"


KIND_WORDS: dict[str, Words] = {
    EvidenceKind.PHOTO: both("照片", "Photograph"),
    EvidenceKind.TEST_LOG: both("测试记录", "Test log"),
    EvidenceKind.DOCUMENT: both("文件", "Document"),
    EvidenceKind.SHEET: both("表格", "Spreadsheet"),
}


class Attachment(AppendOnly):
    """A file hangs on a record, under the name it came with."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    record_id = models.BigIntegerField()
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    name = models.CharField(max_length=200)
    """A label: without folders and control characters, never trusted for the type."""
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "file"], name="evidence_attached_once_a_record"
            ),
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="evidence_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.record_type}:{self.record_id}"
