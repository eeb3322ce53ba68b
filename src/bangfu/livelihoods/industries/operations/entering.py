"""Industries and what they came to, who runs them, and the projects that cite them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.operations import post
from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.industries.measures import BASE_AREA, PRODUCTS
from bangfu.livelihoods.industries.models import Certificate, Citation, Industry, Operator, Season
from bangfu.livelihoods.industries.operations import storing
from bangfu.livelihoods.industries.operations.describing import industry_columns, season_columns
from bangfu.livelihoods.industries.operations.storing import Files
from bangfu.livelihoods.industries.rules import (
    CertificateDetails,
    IndustryDetails,
    OperatorDetails,
    SeasonDetails,
    UnableToEnterIndustry,
    UnableToEnterSeason,
    UnableToRegisterOperator,
    is_in_force,
    refuse_certificate,
    refuse_industry,
    refuse_operator,
    refuse_season,
    refuse_words,
)
from bangfu.livelihoods.projects.neighbours import Project


def _scope_of_industry(*, details: IndustryDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.county.pk)


def _scope_of_operator(*, details: OperatorDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.place.pk)


def _scope_of_citation(*, industry: Industry, project: Project, **arguments: object) -> list[Scope]:
    return [industry.scope, project.scope]


@operation("industries.enter_industry", scope=_scope_of_industry)
def enter_industry(*, details: IndustryDetails, unit: Unit, files: Files, act: Act) -> Industry:
    """Enter a county's leading product with the document that recognises it, and submit it for review.

    Raises: UnableToEnterIndustry: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    refuse_industry(details, unit, today=act.on)
    industry = Industry.objects.create(
        **industry_columns(details), unit=unit, entered_at=act.at, entered_by=act.actor
    )
    storing.submit(industry, files=files, unit=unit, unable=UnableToEnterIndustry, act=act)
    return industry


@operation("industries.end_industry", scope=scope_of("industry"))
def end_industry(*, industry: Industry, on: date, document: str, reason: str, act: Act) -> Industry:
    """Note from when on an industry is supported no more, and why; what it came to stays.

    Raises: UnableToEnterIndustry: see its codes; nothing was written.
    Posts: ``industries.products``, −1, and ``industries.base_area``, what stands of it taken off, on the day.
    Locks: the industry.
    """
    industry = storing.industry_for_update(industry)
    if not is_in_force(industry):
        raise UnableToEnterIndustry("not_in_force")
    refuse_words(UnableToEnterIndustry, None, document, reason)
    if on > act.on:
        raise UnableToEnterIndustry("in_the_future")
    if on <= industry.recognised_on:
        raise UnableToEnterIndustry("ends_before", day=industry.recognised_on.isoformat())
    industry.ended_on, industry.end_document, industry.end_reason = on, document.strip(), reason.strip()
    industry.save(update_fields=["ended_on", "end_document", "end_reason"])
    last = Season.objects.filter(industry=industry, confirmed_at__isnull=False).order_by("-starts_on").first()
    area = last.base_mu if last is not None else Decimal(0)
    for measure, quantity in ((PRODUCTS, Decimal(-1)), (BASE_AREA, -area)):
        if quantity:
            post(
                measure,
                quantity,
                of=industry,
                unit=industry.unit_id,
                place=industry.place_id,
                on=on,
                source=Source("industries.end", str(industry.pk)),
                act=act,
            )
    return industry


@operation("industries.enter_season", scope=scope_of("industry"))
def enter_season(*, industry: Industry, details: SeasonDetails, files: Files, act: Act) -> Season:
    """Enter what an industry came to in a season that is over, with its source, and submit it for review.

    Raises: UnableToEnterSeason: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the industry.
    """
    industry = storing.industry_for_update(industry)
    refuse_season(details, industry, today=act.on)
    season = Season.objects.create(
        **season_columns(details), industry=industry, entered_at=act.at, entered_by=act.actor
    )
    storing.submit(season, files=files, unit=industry.unit, unable=UnableToEnterSeason, act=act)
    return season


@operation("industries.register_operator", scope=_scope_of_operator)
def register_operator(*, details: OperatorDetails, unit: Unit, files: Files, act: Act) -> Operator:
    """Register a co-operative, firm or village collective by its licence.

    Raises: UnableToRegisterOperator: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    refuse_operator(details, unit)
    known = Operator.objects.filter(code=details.code).first()
    if known is not None:
        raise UnableToRegisterOperator("code_taken", code=details.code, name=known.title)
    if not files:
        raise UnableToRegisterOperator("evidence_missing")
    operator = Operator(code=details.code, unit=unit)
    _write_operator(operator, details, act)
    hang([operator.pk], files, record_type=record_type("industries.operator"), act=act)
    return operator


@operation("industries.revise_operator", scope=scope_of("operator"))
def revise_operator(*, operator: Operator, details: OperatorDetails, files: Files = (), act: Act) -> Operator:
    """Change what is kept of an operator, its licence and unit apart.

    Raises: UnableToRegisterOperator: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the operator.
    """
    operator = Operator.objects.select_for_update(of=("self",)).select_related("unit").get(pk=operator.pk)
    refuse_operator(details, operator.unit)
    names = ("kind", "name_zh", "name_en", "place_id", "member_count")
    before = tuple(getattr(operator, name) for name in names)
    said = (
        details.kind,
        details.name_zh.strip(),
        details.name_en.strip(),
        details.place.pk,
        details.member_count,
    )
    if before == said and not files:
        raise UnableToRegisterOperator("nothing_changed")
    _write_operator(operator, details, act)
    hang([operator.pk], files, record_type=record_type("industries.operator"), act=act)
    return operator


def _write_operator(operator: Operator, said: OperatorDetails, act: Act) -> None:
    operator.kind, operator.place, operator.member_count = said.kind, said.place, said.member_count
    operator.name_zh, operator.name_en = said.name_zh.strip(), said.name_en.strip()
    operator.registered_at, operator.registered_by = act.at, act.actor
    operator.save()


@operation("industries.add_certificate", scope=scope_of("operator"))
def add_certificate(
    *, operator: Operator, details: CertificateDetails, files: Files, act: Act
) -> Certificate:
    """Keep a certificate of an operator's product, with its scan.

    Raises: UnableToRegisterOperator: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    refuse_certificate(details)
    if Certificate.objects.filter(kind=details.kind, number=details.number.strip()).exists():
        raise UnableToRegisterOperator("certificate_taken", number=details.number)
    if not files:
        raise UnableToRegisterOperator("evidence_missing")
    hang([operator.pk], files, record_type=record_type("industries.operator"), act=act)
    return Certificate.objects.create(
        operator=operator,
        kind=details.kind,
        number=details.number.strip(),
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        added_at=act.at,
        added_by=act.actor,
    )


@operation("industries.cite_project", scope=_scope_of_citation)
def cite_project(*, industry: Industry, project: Project, act: Act) -> Citation:
    """Let a project cite the industry that it is built for: its money is then shown with the industry, source by source.

    Raises: UnableToEnterIndustry: see its codes; nothing was written.
    Locks: the industry.
    """
    industry = storing.industry_for_update(industry)
    if not is_in_force(industry):
        raise UnableToEnterIndustry("not_in_force")
    size = SIZE_OF_LEVEL[COUNTY]
    if project.place_id // size != industry.place_id // size:
        raise UnableToEnterIndustry("other_county", project=project.code)
    known = Citation.objects.filter(project=project).select_related("industry").first()
    if known is not None:
        raise UnableToEnterIndustry("cited_already", project=project.code, industry=known.industry.code)
    return Citation.objects.create(industry=industry, project=project, cited_at=act.at, cited_by=act.actor)


def area_before(season: Season) -> Decimal:
    """Return the area, in mu, that is counted of the season before one; zero where there is none."""
    before = Season.objects.filter(
        industry=season.industry_id, confirmed_at__isnull=False, starts_on__lt=season.starts_on
    )
    found = before.order_by("-starts_on").values_list("base_mu", flat=True).first()
    return found if found is not None else Decimal(0)
