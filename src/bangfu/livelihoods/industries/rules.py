"""What makes an industry, a season and an operator acceptable. Reads, never writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db.models import QuerySet

from bangfu.foundation.intake.reported.register import home_place
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_label, subtree_range
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries.models import (
    FIRST_DAY,
    CertificateKind,
    Industry,
    OperatorKind,
    Part,
    Reviewed,
    Season,
)
from bangfu.livelihoods.reviewed import CODE, LIVING

Kept = TypeVar("Kept", bound=Reviewed)
_CODE = re.compile(CODE)
LONGEST_CODE = 40

DESCRIBED = both("还有没填的。请补齐。", "Something is not filled in. Fill it in.")
CODE_FORM = both(
    "「{text}」不是编号：只用大写字母、数字和短横线，不超过四十个字符。",
    "{text} is no code: capitals, digits and hyphens, forty of them at most.",
)
IDENTITY = both(
    "这里含有身份证号码，不能登记。只写单位和户编号，请删去。",
    "This holds an identity number and cannot be kept. Name organisations and numbers of households only: take it out.",
)
AHEAD = both(
    "日期在今天之后。请填实际发生的日期。", "The day lies ahead of today. Enter the day it happened."
)
EARLY = both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year.")
BACKWARDS = both("最后一天早于第一天。", "The last day lies before the first.")
EVIDENCE = both("请附上所依据的文件。", "Attach the document that it rests on.")
NOT_IN_FORCE = both(
    "产业还没有核验，或已停止扶持、撤回。请先办理产业。",
    "The industry is not verified, or its support ended, or it is withdrawn. See to the industry first.",
)


class UnableToEnterIndustry(Refusal):
    """Codes: ``code_form``, ``not_described``, ``identity_number``, ``code_taken``, ``product_taken``, ``not_a_county``,
    ``outside_unit``, ``in_the_future``, ``too_early``, ``evidence_missing``, ``not_in_force``, ``ends_before``,
    ``cited_already``, ``other_county``."""

    sentences = {
        "code_form": CODE_FORM,
        "not_described": DESCRIBED,
        "identity_number": IDENTITY,
        "code_taken": both(
            "编号「{code}」已有产业。请核对编号。", "The code {code} is an industry already. Check it."
        ),
        "product_taken": both(
            "{county}的“{product}”已经登记。同一产品的不同规格、品牌不另计。",
            "{product} of {county} is entered already. Variants and brands are no further products.",
        ),
        "not_a_county": both("地点须是县（市、区）。", "The place must be a county."),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正地点，或由当地单位登记。",
            "{place} lies outside {unit}. Correct the place, or let the unit of that place enter it.",
        ),
        "in_the_future": AHEAD,
        "too_early": EARLY,
        "evidence_missing": both(
            "请附上县里认定文件的扫描件。", "Attach the scanned document by which the county recognises it."
        ),
        "not_in_force": NOT_IN_FORCE,
        "ends_before": both(
            "停止扶持的日期须晚于认定日期 {day}。", "Support ends after the day of recognition, {day}."
        ),
        "cited_already": both(
            "项目 {project} 已经归入产业 {industry}。",
            "The project {project} cites the industry {industry} already.",
        ),
        "other_county": both(
            "项目 {project} 不在这个产业的县里。请核对。",
            "The project {project} lies outside the county of this industry. Check it.",
        ),
    }


class UnableToEnterSeason(Refusal):
    """Codes: ``unknown_part``, ``year``, ``backwards``, ``in_the_future``, ``negative``, ``not_described``,
    ``identity_number``, ``season_taken``, ``earlier_than_counted``, ``evidence_missing``, ``not_in_force``."""

    sentences = {
        "unknown_part": both("没有「{text}」这一季。", "There is no part of the year called {text}."),
        "year": both(
            "这一季的第一天不在 {year} 年前后。请核对。",
            "The season does not begin in or about {year}. Check it.",
        ),
        "backwards": BACKWARDS,
        "in_the_future": both(
            "这一季还没有结束。结束以后再登记实际数。",
            "The season is not over. Enter what it came to once it is.",
        ),
        "negative": both(
            "面积、能力、产量、销售额不能为负。", "Area, capacity, output and sales cannot be negative."
        ),
        "not_described": DESCRIBED,
        "identity_number": IDENTITY,
        "season_taken": both(
            "{season}已经登记。记错的请先撤回。",
            "{season} is entered already. Withdraw it first if it is wrong.",
        ),
        "earlier_than_counted": both(
            "已有更晚的一季（{season}）核验计数；面积按季相减，请先撤回更晚的，再补登。",
            "A later season ({season}) is counted, and area is counted as the difference between seasons. Withdraw the later"
            " one first, then enter this.",
        ),
        "evidence_missing": both(
            "请附上统计表或结算单。", "Attach the statistics or settlement that it is from."
        ),
        "not_in_force": NOT_IN_FORCE,
    }


class UnableToRegisterOperator(Refusal):
    """Codes: ``code_form``, ``not_described``, ``identity_number``, ``code_taken``, ``unknown_kind``, ``outside_unit``,
    ``certificate_taken``, ``unknown_certificate``, ``backwards``, ``evidence_missing``, ``nothing_changed``."""

    sentences = {
        "code_form": CODE_FORM,
        "not_described": DESCRIBED,
        "identity_number": IDENTITY,
        "code_taken": both(
            "执照号「{code}」已登记为{name}。请直接使用。",
            "The licence {code} is {name} already. Use that one.",
        ),
        "unknown_kind": both("没有「{text}」这类主体。", "There is no kind of operator called {text}."),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正地点。", "{place} lies outside {unit}. Correct the place."
        ),
        "certificate_taken": both("证书「{number}」已经登记。", "The certificate {number} is kept already."),
        "unknown_certificate": both(
            "没有「{text}」这类证书。", "There is no kind of certificate called {text}."
        ),
        "backwards": BACKWARDS,
        "evidence_missing": both("请附上执照或证书的扫描件。", "Attach the scanned licence or certificate."),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


@dataclass(frozen=True)
class IndustryDetails:
    """What is said of an industry."""

    code: str
    county: Place
    product_zh: str
    recognised_on: date
    document: str
    base_year: int
    product_en: str = ""


@dataclass(frozen=True)
class SeasonDetails:
    """What is said of a season."""

    year: int
    part: str
    starts_on: date
    ends_on: date
    """The day after its last one."""
    base_mu: Decimal
    capacity_tonnes: Decimal
    output_tonnes: Decimal
    sales_fen: int
    source: str


@dataclass(frozen=True)
class OperatorDetails:
    """What is said of an operator."""

    code: str
    kind: str
    name_zh: str
    place: Place
    member_count: int
    name_en: str = ""


@dataclass(frozen=True)
class CertificateDetails:
    """What is said of a certificate."""

    kind: str
    number: str
    starts_on: date
    ends_on: date | None = None
    """The day after its last one; null: it does not lapse."""


def is_code(text: str) -> bool:
    """Return whether a text is a code as the room keeps them.

    >>> is_code("EX-CY-522327"), is_code("张三")
    (True, False)
    """
    return bool(_CODE.fullmatch(text)) and len(text) <= LONGEST_CODE


def refuse_words(unable: type[Refusal], code: str | None, *required: str, optional: str = "") -> None:
    """Refuse what is not said, what holds an identity number, and a code that is none.

    Raises: the refusal given: ``not_described``, ``identity_number``, ``code_form``.
    """
    texts = [*required, *([code] if code is not None else [])]
    if not all(text.strip() for text in texts):
        raise unable("not_described")
    if any(has_identity_number(text) for text in (*texts, optional)):
        raise unable("identity_number")
    if code is not None and not is_code(code):
        raise unable("code_form", text=code)


def outside(unit: Unit, place: Place) -> dict[str, object] | None:
    """Return what a sentence says of a place outside a unit's; null: it lies within."""
    home = home_place(unit)
    if home is None:
        return None
    first, end = subtree_range(home)
    if first <= place.pk < end:
        return None
    return {"place": place_label(place.pk), "unit": Words(unit.name_zh, unit.name_en)}


def is_in_force(industry: Industry) -> bool:
    """Return whether an industry was verified and is still supported."""
    return industry.confirmed_at is not None and industry.withdrawn_at is None and industry.ended_on is None


def besides(found: QuerySet[Kept], but: Kept | None) -> QuerySet[Kept]:
    """Return the records found, without the one that is revised."""
    return found if but is None else found.exclude(pk=but.pk)


def refuse_industry(said: IndustryDetails, unit: Unit, *, today: date, but: Industry | None = None) -> None:
    """Refuse an industry that cannot be entered.

    Args:
        but: the record that is revised, which stands in nobody's way.

    Raises: UnableToEnterIndustry: see its codes.
    """
    refuse_words(UnableToEnterIndustry, said.code, said.product_zh, said.document, optional=said.product_en)
    if said.county.level != COUNTY:
        raise UnableToEnterIndustry("not_a_county")
    if (details := outside(unit, said.county)) is not None:
        raise UnableToEnterIndustry("outside_unit", **details)
    if said.recognised_on > today:
        raise UnableToEnterIndustry("in_the_future")
    if said.recognised_on < FIRST_DAY or not FIRST_DAY.year <= said.base_year <= today.year:
        raise UnableToEnterIndustry("too_early", first=FIRST_DAY.isoformat())
    others = besides(Industry.objects.filter(LIVING), but)
    if others.filter(code=said.code).exists():
        raise UnableToEnterIndustry("code_taken", code=said.code)
    if others.filter(place=said.county, product_zh=said.product_zh.strip(), ended_on=None).exists():
        label = place_label(said.county.pk)
        raise UnableToEnterIndustry("product_taken", county=label, product=said.product_zh)


def refuse_season(said: SeasonDetails, industry: Industry, *, today: date, but: Season | None = None) -> None:
    """Refuse a season that cannot be entered.

    Args:
        but: the record that is revised, which stands in nobody's way.

    Raises: UnableToEnterSeason: see its codes.
    """
    if said.part not in Part.values:
        raise UnableToEnterSeason("unknown_part", text=said.part)
    refuse_words(UnableToEnterSeason, None, said.source)
    if not is_in_force(industry):
        raise UnableToEnterSeason("not_in_force")
    if said.ends_on <= said.starts_on:
        raise UnableToEnterSeason("backwards")
    if abs(said.starts_on.year - said.year) > 1:
        raise UnableToEnterSeason("year", year=said.year)
    if said.ends_on > today:
        raise UnableToEnterSeason("in_the_future")
    if min(said.base_mu, said.capacity_tonnes, said.output_tonnes, Decimal(said.sales_fen)) < 0:
        raise UnableToEnterSeason("negative")
    same = Season.objects.filter(LIVING, industry=industry, year=said.year, part=said.part)
    known = besides(same, but).first()
    if known is not None:
        raise UnableToEnterSeason("season_taken", season=known.name)
    refuse_earlier(industry, said.starts_on)


def refuse_earlier(industry: Industry, starts_on: date) -> None:
    """Refuse a season before one that is counted: area is counted as the difference between one and the next.

    Raises: UnableToEnterSeason: ``earlier_than_counted``.
    """
    counted = Season.objects.filter(industry=industry, confirmed_at__isnull=False, starts_on__gte=starts_on)
    if (later := counted.order_by("starts_on").first()) is not None:
        raise UnableToEnterSeason("earlier_than_counted", season=later.name)


def refuse_operator(said: OperatorDetails, unit: Unit) -> None:
    """Refuse an operator that cannot be registered, whatever is known already.

    Raises: UnableToRegisterOperator: see its codes.
    """
    refuse_words(UnableToRegisterOperator, said.code, said.name_zh, optional=said.name_en)
    if said.kind not in OperatorKind.values:
        raise UnableToRegisterOperator("unknown_kind", text=said.kind)
    if (details := outside(unit, said.place)) is not None:
        raise UnableToRegisterOperator("outside_unit", **details)


def refuse_certificate(said: CertificateDetails) -> None:
    """Refuse a certificate that cannot be kept, whatever is known already.

    Raises: UnableToRegisterOperator: see its codes.
    """
    refuse_words(UnableToRegisterOperator, None, said.number)
    if said.kind not in CertificateKind.values:
        raise UnableToRegisterOperator("unknown_certificate", text=said.kind)
    if said.ends_on is not None and said.ends_on <= said.starts_on:
        raise UnableToRegisterOperator("backwards")
