"""What a printing says of itself, judged the same way whether it is typed in or comes in a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both
from bangfu.reporting.corrections.models import ErratumStep, Medium, Printing
from bangfu.reporting.publications.models import Publication, Step, StepKind

ALL = frozenset({"", "全部", "全文", "all", "whole"})
"""How a sheet says that the whole report stands there."""
_NUMBERS = re.compile(r"\d{1,4}(?:\s*-\s*\d{1,4})?")
_BETWEEN = re.compile(r"[\s,，、;；]+")


class UnableToRegisterPrinting(Refusal):
    """Codes: ``not_published``, ``title_missing``, ``in_the_future``, ``unknown_figure``, ``not_numbers``,
    ``unknown_erratum``, ``registered_already``, ``withdrawn_already``, ``reason_missing``."""

    sentences = {
        "not_published": both(
            "没有第 {number} 号发布。请填已发布的报告的号。",
            "There is no publication no. {number}. Give the number of a published report.",
        ),
        "title_missing": both(
            "请写明登在哪里：报刊、网站、公文或讲话的名称。",
            "Say where it stands: the name of the paper, site, document or speech.",
        ),
        "in_the_future": both("{printed_on} 还没有到。请写登出的日期。", "{printed_on} is yet to come. Give the day of print."),
        "unknown_figure": both(
            "这份发布没有第 {label} 个数字，只有 {count} 个。",
            "The publication has no figure {label}; it has {count}.",
        ),
        "not_numbers": both(
            "看不懂「{text}」。请写数字的序号，如 1、3 或 5-8；登了全文的写“全部”。",
            "{text} cannot be read. Write the figures' numbers, such as 1, 3 or 5-8; “all” for the whole report.",
        ),
        "unknown_erratum": both(
            "这份发布没有更正第 {number} 号。请写已公布的更正号，没有按更正登的写 0。",
            "The publication has no erratum no. {number}. Give one that is published, or 0 where none was taken into account.",
        ),
        "registered_already": both(
            "这一处已经登记过了。请打开它来改，或写明页码。",
            "This printing is registered already. Open it to change it, or give the page.",
        ),
        "withdrawn_already": both("这条登记已经撤回，不能再改。", "This entry was withdrawn and cannot be changed."),
        "reason_missing": both("请写明撤回登记的原因。", "Say why the entry is withdrawn."),
    }  # fmt: skip


@dataclass(frozen=True)
class PrintingDetails:
    """What is said of a printing."""

    medium: str
    """A ``Medium``."""
    title: str
    printed_on: date
    issue: str = ""
    place: str = ""
    """Page or address."""
    positions: tuple[int, ...] = ()
    """Of the figures that stand there, from 0; empty for the whole report."""
    wording: str = ""
    errata_known: int | None = None
    """The last erratum it takes into account; null: those published by its day."""


def positions_in(text: str) -> tuple[int, ...]:
    """Return the positions that labels from 1 name: ``1、3`` or ``5-8``; empty for the whole report.

    Raises: UnableToRegisterPrinting: ``not_numbers``.

    >>> positions_in("1、5-7"), positions_in("全部")
    ((0, 4, 5, 6), ())
    """
    text = text.strip()
    if text.casefold() in ALL:
        return ()
    found: set[int] = set()
    for one in filter(None, _BETWEEN.split(re.sub(r"\s*[-–—~]\s*", "-", text))):
        if not _NUMBERS.fullmatch(one):
            raise UnableToRegisterPrinting("not_numbers", text=text)
        first, _, last = one.partition("-")
        found.update(range(int(first) - 1, int(last or first)))
    if not found:
        raise UnableToRegisterPrinting("not_numbers", text=text)
    return tuple(sorted(found))


def published(number: int) -> Publication:
    """Return the publication with a number.

    Raises: UnableToRegisterPrinting: ``not_published``.
    """
    found = Publication.objects.filter(steps__number=number).first()
    if found is None:
        raise UnableToRegisterPrinting("not_published", number=number)
    return found


def judged(
    publication: Publication, details: PrintingDetails, *, today: date, but: int | None = None
) -> PrintingDetails:
    """Return what is said of a printing in the form in which it is kept.

    Args:
        but: the printing that is changed; null for a new one.

    Raises: UnableToRegisterPrinting: see its codes.
    """
    if details.medium not in Medium.values:
        raise ValueError(f"no medium is called {details.medium}")
    frozen = Step.objects.filter(publication=publication, kind=StepKind.FROZEN).first()
    if frozen is None:
        raise UnableToRegisterPrinting("not_published", number="—")
    title, issue, place = (" ".join(text.split()) for text in (details.title, details.issue, details.place))
    if not title:
        raise UnableToRegisterPrinting("title_missing")
    if details.printed_on > today:
        raise UnableToRegisterPrinting("in_the_future", printed_on=details.printed_on)
    count = publication.figures.count()
    strange = [one for one in details.positions if not 0 <= one < count]
    if strange:
        raise UnableToRegisterPrinting("unknown_figure", label=strange[0] + 1, count=count)
    kept = PrintingDetails(
        medium=details.medium,
        title=title,
        printed_on=details.printed_on,
        issue=issue,
        place=place,
        positions=tuple(sorted(set(details.positions))),
        wording=details.wording.strip(),
        errata_known=_errata_known(publication, details),
    )
    same = Printing.objects.filter(
        publication=publication, medium=kept.medium, title=title, issue=issue, printed_on=kept.printed_on,
        place=place, withdrawal="",
    )  # fmt: skip
    if but is not None:
        same = same.exclude(pk=but)
    if same.exists():
        raise UnableToRegisterPrinting("registered_already")
    return kept


def _errata_known(publication: Publication, details: PrintingDetails) -> int:
    """Return the last erratum that a printing takes into account: the one that is said, or the last by its day."""
    numbered = ErratumStep.objects.filter(publication=publication, number__isnull=False).order_by("number")
    if details.errata_known is None:
        by_then = numbered.filter(taken_at__date__lte=details.printed_on)
        return max((number or 0 for number in by_then.values_list("number", flat=True)), default=0)
    if details.errata_known and not numbered.filter(number=details.errata_known).exists():
        raise UnableToRegisterPrinting("unknown_erratum", number=details.errata_known)
    return details.errata_known
