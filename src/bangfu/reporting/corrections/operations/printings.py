"""The register of printings, and how each was told of an erratum."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.rooms import both
from bangfu.reporting.corrections.models import (
    Decision,
    Erratum,
    ErratumStep,
    Printing,
    Settlement,
    SettlementKind,
)
from bangfu.reporting.corrections.operations.errata import whole
from bangfu.reporting.corrections.printings import (
    PrintingDetails,
    UnableToRegisterPrinting,
    judged,
    positions_in,
    published,
)
from bangfu.reporting.publications.models import Publication

LOCK = 0x6261_7072
"""One entry in the register at a time: the same printing is told from another by six columns."""

__all__ = [
    "UnableToRegisterPrinting",
    "UnableToSettle",
    "correct_printing",
    "import_printings",
    "register_printing",
    "settle_printing",
    "withdraw_printing",
]


class UnableToSettle(Refusal):
    """Codes: ``not_concerned``, ``in_the_future``, ``told_missing``, ``reference_missing``, ``remark_missing``."""

    sentences = {
        "not_concerned": both(
            "这一处没有登这份更正改过的数字，或登的已是更正后的数，不用处理。",
            "This printing states no figure that the erratum corrects, or states it corrected; there is nothing to settle.",
        ),
        "in_the_future": both("{settled_on} 还没有到。请写办理的日期。", "{settled_on} is yet to come. Give the day of it."),
        "told_missing": both("请写明去函给哪个单位。", "Say which office was written to."),
        "reference_missing": both(
            "请写明函件编号，或登更正的期号、版面、网址。",
            "Give the number of the letter, or the issue, page or address of the correction.",
        ),
        "remark_missing": both("请写明为什么无法更正。", "Say why it cannot be corrected."),
    }  # fmt: skip


@operation("corrections.register_printing", scope=whole)
def register_printing(*, publication: Publication, details: PrintingDetails, act: Act) -> Printing:
    """Register where figures of a publication, or all of it, were printed or spoken.

    Raises: UnableToRegisterPrinting: see its codes; nothing was written.
    Locks: one entry at a time.
    """
    _one_at_a_time()
    return Printing.objects.create(
        publication=publication,
        **_columns(judged(publication, details, today=act.on)),
        registered_by=act.actor,
        registered_at=act.at,
        changed_by=act.actor,
        changed_at=act.at,
    )


@operation("corrections.correct_printing", scope=whole)
def correct_printing(*, printing: Printing, details: PrintingDetails, act: Act) -> Printing:
    """Change what is said of a printing; what was said before stays in its history.

    Raises: UnableToRegisterPrinting: see its codes; nothing was written.
    Locks: one entry at a time.
    """
    held = _held(printing)
    kept = judged(held.publication, details, today=act.on, but=held.pk)
    for name, value in _columns(kept).items():
        setattr(held, name, value)
    held.changed_by, held.changed_at = act.actor, act.at
    held.save()
    return held


@operation("corrections.withdraw_printing", scope=whole)
def withdraw_printing(*, printing: Printing, reason: str, act: Act) -> Printing:
    """Withdraw an entry that should not have been made; it stays, struck through, and nothing is asked of it.

    Raises: UnableToRegisterPrinting: ``withdrawn_already``, ``reason_missing``; nothing was written.
    Locks: one entry at a time.
    """
    if not reason.strip():
        raise UnableToRegisterPrinting("reason_missing")
    held = _held(printing)
    held.withdrawal, held.changed_by, held.changed_at = reason.strip(), act.actor, act.at
    held.save(update_fields=["withdrawal", "changed_by", "changed_at"])
    return held


def _upload_and_whole(**arguments: object) -> list[Scope]:
    upload = arguments["upload"]
    assert isinstance(upload, Upload)
    return [upload.scope, Scope()]


@operation("corrections.import_printings", scope=_upload_and_whole)
def import_printings(*, upload: Upload, act: Act) -> list[Printing]:
    """Register every printing of a sheet; all or none.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToRegisterPrinting:
        see its codes. Nothing was written.
    Locks: one entry at a time, then the upload.
    """
    _one_at_a_time()
    checked = intake.rows_to_import(upload, act=act)
    found = []
    for row in checked.frame.iter_rows(named=True):
        publication = published(row["publication"])
        found.append(
            Printing(
                publication=publication,
                **_columns(judged(publication, details_of(row), today=act.on)),
                registered_by=act.actor,
                registered_at=act.at,
                changed_by=act.actor,
                changed_at=act.at,
            )
        )
    entered = Printing.objects.bulk_create(found)
    outcome = {"new": len(entered), "changed": 0, "same": 0, "address": reverse("corrections:printings")}
    intake.mark_confirmed(upload, outcome, act=act)
    return entered


def details_of(row: dict[str, object]) -> PrintingDetails:
    """Return what a row of a sheet says of a printing.

    Raises: UnableToRegisterPrinting: ``not_numbers``.
    """
    printed_on, errata_known = row["printed_on"], row["errata_known"]
    assert isinstance(printed_on, date)
    return PrintingDetails(
        medium=str(row["medium"]),
        title=str(row["title"]),
        printed_on=printed_on,
        issue=str(row["issue"] or ""),
        place=str(row["place"] or ""),
        positions=positions_in(str(row["figures"] or "")),
        wording=str(row["wording"] or ""),
        errata_known=errata_known if isinstance(errata_known, int) else None,
    )


@operation("corrections.settle_printing", scope=whole)
def settle_printing(
    *,
    erratum: Erratum,
    printing: Printing,
    kind: str,
    settled_on: date,
    told: str = "",
    reference: str = "",
    remark: str = "",
    act: Act,
) -> Settlement:
    """Note what became of a printing that states a figure which an erratum corrects; the last note is how it stands.

    Args:
        told: the office that was written to.
        reference: the letter's number, or the issue and page of the correction.

    Raises: UnableToSettle: see its codes; nothing was written.
    """
    if kind not in SettlementKind.values:
        raise ValueError(f"no settlement is called {kind}")
    told, reference, remark = told.strip(), reference.strip(), remark.strip()
    if not is_concerned(erratum, printing):
        raise UnableToSettle("not_concerned")
    if settled_on > act.on:
        raise UnableToSettle("in_the_future", settled_on=settled_on)
    if kind == SettlementKind.NOTIFIED and not told:
        raise UnableToSettle("told_missing")
    if kind in (SettlementKind.NOTIFIED, SettlementKind.CORRECTED) and not reference:
        raise UnableToSettle("reference_missing")
    if kind == SettlementKind.CANNOT and not remark:
        raise UnableToSettle("remark_missing")
    return Settlement.objects.create(
        erratum=erratum,
        printing=printing,
        kind=kind,
        settled_on=settled_on,
        told=told,
        reference=reference,
        remark=remark,
        taken_by=act.actor,
        taken_at=act.at,
    )


def is_concerned(erratum: Erratum, printing: Printing) -> bool:
    """Return whether a printing states a figure as it was before a published erratum."""
    step = ErratumStep.objects.filter(erratum=erratum, kind=Decision.APPROVED).first()
    if step is None or printing.withdrawal or printing.publication_id != erratum.publication_id:
        return False
    if printing.errata_known >= (step.number or 0):
        return False
    return any(printing.states(position) for position in erratum.figures.values_list("position", flat=True))


def _columns(kept: PrintingDetails) -> dict[str, object]:
    return {
        "medium": kept.medium,
        "title": kept.title,
        "issue": kept.issue,
        "printed_on": kept.printed_on,
        "place": kept.place,
        "states_all": not kept.positions,
        "positions": list(kept.positions),
        "wording": kept.wording,
        "errata_known": kept.errata_known or 0,
    }


def _held(printing: Printing) -> Printing:
    _one_at_a_time()
    held = Printing.objects.select_related("publication").get(pk=printing.pk)
    if held.withdrawal:
        raise UnableToRegisterPrinting("withdrawn_already")
    return held


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
