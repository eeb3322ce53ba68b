"""Preparing and freezing take half a minute: jobs do them, beside the pages."""

from __future__ import annotations

from django.urls import reverse

from bangfu.foundation.operations import Act, Scope
from bangfu.foundation.rooms import JobAsked, JobDeclaration, JobResult, both
from bangfu.foundation.rooms.jobs import Arguments
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.operations import freeze_publication, prepare_publication
from bangfu.reporting.reports import heading_of
from bangfu.reporting.texts import LANGUAGES, document, report_codes

PREPARE_KIND, FREEZE_KIND = "publications.prepare", "publications.freeze"


def _asked_to_prepare(arguments: Arguments) -> JobAsked:
    report = str(arguments.get("report"))
    if report not in report_codes():
        raise LookupError(report)
    heading = both(*(heading_of(document(report, language)) for language in LANGUAGES))
    return JobAsked(
        both("准备发布“{heading}”", "Prepare “{heading}”").filled(heading=heading),
        "publications.prepare_publication",
        Scope(),
        subject=f"report:{report}",
        address=reverse("publications:publications"),
    )


def _prepare(arguments: Arguments, act: Act) -> JobResult:
    block = arguments.get("block")
    prepared = prepare_publication(
        report=str(arguments["report"]), block=None if block is None else int(block), act=act
    )
    words = both(
        "已准备，截至区块 {block}。请由另一个人批准。",
        "Prepared as of block {block}. Another person approves it now.",
    )
    return JobResult(
        words.filled(block=prepared.block), address=reverse("publications:publication", args=[prepared.pk])
    )


def freezing(publication: Publication) -> str:
    """Return what a job that freezes a publication works on."""
    return f"publication:{publication.pk}"


def _publication(arguments: Arguments) -> Publication:
    found = Publication.objects.filter(pk=arguments.get("publication") or 0).first()
    if found is None:
        raise LookupError("no such publication")
    return found


def _asked_to_freeze(arguments: Arguments) -> JobAsked:
    publication = _publication(arguments)
    return JobAsked(
        both("定稿并发布“{heading}”", "Freeze and publish “{heading}”").filled(
            heading=both(publication.heading_zh, publication.heading_en)
        ),
        "publications.freeze_publication",
        Scope(),
        subject=freezing(publication),
        address=reverse("publications:publication", args=[publication.pk]),
    )


def _freeze(arguments: Arguments, act: Act) -> JobResult:
    publication = _publication(arguments)
    step = freeze_publication(publication=publication, act=act)
    return JobResult(
        both("已发布第 {number} 号。", "Published as no. {number}.").filled(number=step.number),
        address=reverse("publications:publication", args=[publication.pk]),
    )


PREPARE = JobDeclaration(PREPARE_KIND, both("准备发布", "Prepare a publication"), _asked_to_prepare, _prepare)
FREEZE = JobDeclaration(FREEZE_KIND, both("定稿发布", "Freeze a publication"), _asked_to_freeze, _freeze)
