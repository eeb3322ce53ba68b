"""Where figures of a publication were printed or spoken, and how each place was told of an erratum."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.corrections.models.errata import Erratum
from bangfu.reporting.publications.models import Publication


class Medium(models.TextChoices):
    """What a figure was printed in."""

    NEWSPAPER = "NEWSPAPER", "newspaper"
    JOURNAL = "JOURNAL", "journal"
    WEBSITE = "WEBSITE", "website"
    BROADCAST = "BROADCAST", "broadcast"
    SPEECH = "SPEECH", "speech"
    DOCUMENT = "DOCUMENT", "official document"
    LEAFLET = "LEAFLET", "leaflet or exhibition"
    OTHER = "OTHER", "other"


MEDIUM_WORDS: dict[str, Words] = {
    Medium.NEWSPAPER: both("报纸", "Newspaper"),
    Medium.JOURNAL: both("期刊", "Journal"),
    Medium.WEBSITE: both("网站、公众号", "Website"),
    Medium.BROADCAST: both("广播电视", "Broadcast"),
    Medium.SPEECH: both("讲话、发布会", "Speech"),
    Medium.DOCUMENT: both("公文", "Official document"),
    Medium.LEAFLET: both("画册、展板", "Leaflet or exhibition"),
    Medium.OTHER: both("其他", "Other"),
}


@pghistory.track(pghistory.InsertEvent(level=pgtrigger.Statement), pghistory.UpdateEvent(level=pgtrigger.Row))
class Printing(models.Model):
    """One place where figures of a publication stand, outside this house."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    medium = models.CharField(max_length=10, choices=Medium.choices)
    title = models.CharField(max_length=200)
    """Of the newspaper, the site, the occasion of a speech, or the document."""
    issue = models.CharField(max_length=80, blank=True, db_default="")
    """Issue, number of the document, or the like."""
    printed_on = models.DateField()
    place = models.CharField(max_length=400, blank=True, db_default="")
    """Page or address."""
    states_all = models.BooleanField()
    """Whether the whole report stands there."""
    positions = ArrayField(models.IntegerField(), default=list)
    """The figures that stand there, ascending; empty for all."""
    wording = models.TextField(blank=True, db_default="")
    """The sentence in which they stand there."""
    errata_known = models.IntegerField(default=0, db_default=0)
    """The number of the last erratum that it takes into account already."""
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    withdrawal = models.CharField(max_length=500, blank=True, db_default="")
    """Why it should not have been registered; empty: it stands."""

    class Meta:
        triggers: ClassVar = [RefuseLoss(name="stays")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "medium", "title", "issue", "printed_on", "place"],
                condition=Q(withdrawal=""),
                name="corrections_printing_once",
            ),
            models.CheckConstraint(
                condition=Q(states_all=True, positions=[]) | (Q(states_all=False) & ~Q(positions=[])),
                name="corrections_printing_states_something",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & Q(errata_known__gte=0), name="corrections_printing_has_a_title"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["publication", "printed_on"], name="corrections_printings")]

    def __str__(self) -> str:
        return f"printing {self.pk}"

    @property
    def medium_words(self) -> Words:
        """The medium as it is shown."""
        return MEDIUM_WORDS[self.medium]

    @property
    def name(self) -> str:
        """Title and issue."""
        return f"{self.title} {self.issue}".strip()

    def states(self, position: int) -> bool:
        """Return whether a figure stands there."""
        return self.states_all or position in self.positions


class SettlementKind(models.TextChoices):
    """What became of a printing that states a corrected figure."""

    NOTIFIED = "NOTIFIED", "notified"
    CORRECTED = "CORRECTED", "corrected"
    CANNOT = "CANNOT", "cannot be corrected"


SETTLEMENT_WORDS: dict[str, Words] = {
    SettlementKind.NOTIFIED: both("已去函告知", "Told by letter"),
    SettlementKind.CORRECTED: both("已刊登更正", "Corrected in print"),
    SettlementKind.CANNOT: both("无法更正", "Cannot be corrected"),
}


class Settlement(AppendOnly):
    """How a printing was told of an erratum; the last one is how it stands."""

    erratum = models.ForeignKey(Erratum, on_delete=models.PROTECT, related_name="settlements")
    printing = models.ForeignKey(Printing, on_delete=models.PROTECT, related_name="settlements")
    kind = models.CharField(max_length=10, choices=SettlementKind.choices)
    settled_on = models.DateField()
    told = models.CharField(max_length=200, blank=True)
    """To which office it was written; of no use to name a person."""
    reference = models.CharField(max_length=200, blank=True)
    """The number of the letter, or the issue and page with the correction."""
    remark = models.CharField(max_length=500, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind="NOTIFIED") & ~Q(told="") & ~Q(reference=""))
                | (Q(kind="CORRECTED") & ~Q(reference=""))
                | (Q(kind="CANNOT") & ~Q(remark="")),
                name="corrections_settlement_is_told",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["erratum", "printing", "-id"], name="corrections_settled")]

    def __str__(self) -> str:
        return f"{self.kind} of printing {self.printing_id}"

    @property
    def words(self) -> Words:
        """What became of it, as it is shown."""
        return SETTLEMENT_WORDS[self.kind]
