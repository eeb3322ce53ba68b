"""Kept files, what they are attached to, and who of the people in a picture agreed that it is shown."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations.models import AppendOnly, KnownOnly
from bangfu.foundation.operations.periods import one_at_a_time, period_is_forward
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


def _band(number: int) -> models.GeneratedField:
    """Return sixteen bits of the fingerprint, the highest first, as a column that the database computes."""
    return models.GeneratedField(
        expression=F("fingerprint").bitrightshift(48 - 16 * number).bitand(0xFFFF),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )


class Photograph(AppendOnly):
    """What a picture said of its taking when it was kept, and its fingerprint; see ``photographs``."""

    file = models.OneToOneField(
        EvidenceFile, primary_key=True, on_delete=models.PROTECT, related_name="photograph"
    )
    taken_at = models.DateTimeField(null=True)
    has_offset = models.BooleanField()
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    fingerprint = models.BigIntegerField(null=True)
    band_0, band_1, band_2, band_3 = (_band(number) for number in range(4))

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="evidence_position_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=[f"band_{number}"], name=f"evidence_photograph_band_{number}")
            for number in range(4)
        ]

    def __str__(self) -> str:
        return self.file_id[:12]


FARTHEST_THAT_IS_FOUND = 3
"""Bits: two fingerprints that differ in three bits or fewer agree in one of their four bands."""


class LikenessRule(models.Model):
    """From how near on two pictures count as the same, over a period."""

    largest_distance = models.SmallIntegerField()
    """Bits, of 64."""
    source = models.CharField(max_length=200)
    """Who laid it down, where."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            period_is_forward("evidence_likeness_period"),
            one_at_a_time("evidence_one_likeness_rule"),
            models.CheckConstraint(
                condition=Q(largest_distance__range=(0, FARTHEST_THAT_IS_FOUND)),
                name="evidence_likeness_can_be_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.largest_distance} from {self.starts_on}"


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


class _OfKeptFiles(KnownOnly):
    known = (("file_id", "evidence_evidencefile", "digest"),)
    begins = "evidence_attached_"


class Attachment(AppendOnly):
    """A file hangs on a record, under the name it came with."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    record_id = models.BigIntegerField()
    file = models.ForeignKey(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="attachments",
        db_constraint=False,
        db_index=False,
    )
    """Kept files never go; that it is one of them is checked once a statement."""
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    name = models.CharField(max_length=200)
    """A label: without folders and control characters, never trusted for the type."""
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "file"], name="evidence_attached_once_a_record"
            ),
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="evidence_kind_is_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["file"], name="evidence_attachment_by_file")]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _OfKeptFiles(name="of_kept_files", operation=pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.record_type}:{self.record_id}"


class PictureDeclaration(AppendOnly):
    """Somebody looked at a picture and says how many people can be recognised in it; the newest row counts."""

    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="declarations")
    recognisable = models.PositiveSmallIntegerField()
    """People who can be recognised; 0 = nobody."""
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["file", "-id"], name="evidence_newest_declaration")]

    def __str__(self) -> str:
        return f"{self.recognisable} in {self.file_id[:12]}"


class Consent(models.Model):
    """One person in a picture agrees, or their guardian does, that it is shown; only its withdrawal is ever added."""

    class Giver(models.TextChoices):
        PERSON = "PERSON", "the person in the picture"
        GUARDIAN = "GUARDIAN", "the guardian of a minor in the picture"

    picture = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="consents")
    giver = models.CharField(max_length=8, choices=Giver.choices)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    """Who is in the picture and agrees; null = a guardian's, whose paper names both."""
    for_report = models.BooleanField()
    """Whether it may stand in reports on paper."""
    for_web = models.BooleanField()
    """Whether it may stand on pages."""
    given_on = models.DateField()
    paper = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    """The signed consent; it hangs on no record, so only who brought it and the house's own offices open it."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(giver="PERSON", person__isnull=False) | Q(giver="GUARDIAN", person__isnull=True),
                name="evidence_consent_has_a_giver",
            ),
            models.CheckConstraint(
                condition=Q(for_report=True) | Q(for_web=True), name="evidence_consent_has_a_use"
            ),
            models.CheckConstraint(
                condition=~Q(paper=F("picture")), name="evidence_consent_paper_is_no_picture_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_on__gte=F("given_on"), withdrawn_by__isnull=False),
                name="evidence_consent_withdrawn_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["picture", "person"],
                condition=Q(withdrawn_on__isnull=True),
                name="evidence_one_consent_a_person",
            ),
            models.UniqueConstraint(
                fields=["picture", "paper"],
                condition=Q(withdrawn_on__isnull=True),
                name="evidence_one_consent_a_paper",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_withdrawn",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                IF OLD.withdrawn_on IS NOT NULL OR NEW.withdrawn_on IS NULL
                   OR (to_jsonb(NEW) - 'withdrawn_on' - 'withdrawn_by_id')
                   IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_on' - 'withdrawn_by_id') THEN
                    RAISE EXCEPTION 'a consent is withdrawn, never changed' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} on {self.picture_id[:12]}"


GIVER_WORDS: dict[str, Words] = {
    Consent.Giver.PERSON: both("本人", "The person"),
    Consent.Giver.GUARDIAN: both("监护人", "A guardian"),
}


class Use(models.TextChoices):
    """Where a picture is shown; the value is the consent's column that allows it."""

    REPORT = "for_report", "reports on paper"
    WEB = "for_web", "pages"


USE_WORDS: dict[str, Words] = {
    Use.WEB: both("网页", "Pages"),
    Use.REPORT: both("纸质报告", "Reports on paper"),
}
