"""County industries, what they came to season by season, who runs them, and the projects that cite them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.operations.periods import period_is_forward
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.reviewed import CODE, FIRST_DAY, LIVING, Reviewed, withdrawal_is_whole


@pghistory.track(*every_version())
class Industry(Reviewed):
    """One leading product of one county 一县一品, which a document of the county recognises."""

    code = models.CharField(max_length=40)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county."""
    product_zh = models.CharField(max_length=60)
    product_en = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    recognised_on = models.DateField()
    """The day of the document: it counts from then on."""
    document = models.CharField(max_length=120)
    """The number of the county's document."""
    base_year = models.PositiveSmallIntegerField()
    """The year with which every later one is compared."""
    ended_on = models.DateField(null=True)
    """From when on it is supported no more; null: it is."""
    end_document = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=LIVING, name="industries_one_industry_a_code"),
            models.UniqueConstraint(
                fields=["place", "product_zh"],
                condition=LIVING & Q(ended_on__isnull=True),
                name="industries_one_product_a_county",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=CODE) & ~Q(product_zh="") & ~Q(document=""),
                name="industries_industry_is_described",
            ),
            models.CheckConstraint(
                condition=Q(recognised_on__gte=FIRST_DAY, base_year__gte=FIRST_DAY.year, base_year__lte=2999),
                name="industries_industry_is_plausible",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__gt=models.F("recognised_on")) & ~Q(end_reason="")),
                name="industries_end_has_a_reason",
            ),
            withdrawal_is_whole("industries_industry_withdrawal"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def product(self) -> str:
        """The product in the active language."""
        return str(both(self.product_zh, self.product_en or self.product_zh))

    @property
    def scope(self) -> Scope:
        """Where permissions for the industry are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Part(models.TextChoices):
    """Which part of a year."""

    WHOLE = "WHOLE", "whole year"
    SPRING = "SPRING", "spring"
    SUMMER = "SUMMER", "summer"
    AUTUMN = "AUTUMN", "autumn"
    WINTER = "WINTER", "winter"


PART_WORDS: dict[str, Words] = {
    Part.WHOLE: both("全年", "Whole year"),
    Part.SPRING: both("春季", "Spring"),
    Part.SUMMER: both("夏季", "Summer"),
    Part.AUTUMN: both("秋季", "Autumn"),
    Part.WINTER: both("冬季", "Winter"),
}


@pghistory.track(*every_version())
class Season(Reviewed):
    """What an industry came to in one season, or in a whole year where it has one harvest."""

    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, related_name="seasons")
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=8, choices=Part.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after its last one."""
    base_mu = models.DecimalField(max_digits=12, decimal_places=2)
    capacity_tonnes = models.DecimalField(max_digits=14, decimal_places=3)
    """What could be processed in it; capacity is not output, and output is not sales."""
    output_tonnes = models.DecimalField(max_digits=14, decimal_places=3)
    sales_fen = models.BigIntegerField()
    source = models.CharField(max_length=160)
    """Which document the figures are from."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["industry", "year", "part"], condition=LIVING, name="industries_one_season_a_part"
            ),
            period_is_forward("industries_season_period"),
            models.CheckConstraint(
                condition=Q(part__in=Part.values, base_mu__gte=0, capacity_tonnes__gte=0)
                & Q(output_tonnes__gte=0, sales_fen__gte=0)
                & ~Q(source=""),
                name="industries_season_is_plausible",
            ),
            withdrawal_is_whole("industries_season_withdrawal"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.industry} {self.year} {self.part}"

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.year} {PART_WORDS[self.part]}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the season are asked."""
        return self.industry.scope

    @property
    def last_day(self) -> date:
        """Its last day, on which its output and sales count."""
        return self.ends_on - timedelta(days=1)


class OperatorKind(models.TextChoices):
    """What kind of body an operator is."""

    COOPERATIVE = "COOPERATIVE", "co-operative"
    FIRM = "FIRM", "firm"
    COLLECTIVE = "COLLECTIVE", "village collective"


OPERATOR_WORDS: dict[str, Words] = {
    OperatorKind.COOPERATIVE: both("合作社", "Co-operative"),
    OperatorKind.FIRM: both("企业", "Firm"),
    OperatorKind.COLLECTIVE: both("村集体", "Village collective"),
}


@pghistory.track(*every_version())
class Operator(models.Model):
    """A co-operative, firm or village collective 经营主体: an organisation under its own licence, never a person."""

    code = models.CharField(max_length=40, unique=True)
    """Its licence: the unified social credit code, or the unit's own number."""
    kind = models.CharField(max_length=12, choices=OperatorKind.choices)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The village, or what is known of it."""
    member_count = models.PositiveIntegerField()
    """How many households are members."""
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE, kind__in=OperatorKind.values) & ~Q(name_zh=""),
                name="industries_operator_is_described",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """Its name in the active language."""
        return str(both(self.name_zh, self.name_en or self.name_zh))

    @property
    def scope(self) -> Scope:
        """Where permissions for the operator are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class CertificateKind(models.TextChoices):
    """What a product is certified as."""

    PRODUCTION = "PRODUCTION", "food production licence"
    GREEN = "GREEN", "green food"
    ORGANIC = "ORGANIC", "organic"
    INDICATION = "INDICATION", "geographical indication"
    OTHER = "OTHER", "other"


CERTIFICATE_WORDS: dict[str, Words] = {
    CertificateKind.PRODUCTION: both("食品生产许可（SC）", "Food production licence (SC)"),
    CertificateKind.GREEN: both("绿色食品", "Green food"),
    CertificateKind.ORGANIC: both("有机产品", "Organic"),
    CertificateKind.INDICATION: both("地理标志", "Geographical indication"),
    CertificateKind.OTHER: both("其他", "Other"),
}


class Certificate(AppendOnly):
    """A certificate of an operator's product, for a period."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=12, choices=CertificateKind.choices)
    number = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The day after its last one; null: it does not lapse."""
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="industries_one_certificate_a_number"),
            period_is_forward("industries_certificate_period"),
            models.CheckConstraint(
                condition=Q(kind__in=CertificateKind.values) & ~Q(number=""),
                name="industries_certificate_is_described",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def last_day(self) -> date | None:
        """Its last day; null: it does not lapse."""
        return self.ends_on and self.ends_on - timedelta(days=1)


class Citation(AppendOnly):
    """A project cites the industry that it is built for: consumption drives industry, industry decides projects."""

    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, related_name="+")
    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, related_name="citations")
    cited_at = models.DateTimeField()
    cited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.project} cites {self.industry}"
