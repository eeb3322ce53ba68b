"""What is said of the people in pictures: how many can be recognised, and who agreed to be shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from bangfu.foundation.evidence import sniffing
from bangfu.foundation.evidence.models import (
    Consent,
    EvidenceFile,
    PictureDeclaration,
)
from bangfu.foundation.evidence.operations.keeping import keep
from bangfu.foundation.evidence.queries import consents_in_force, recognisable_in, units_of
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.people.models import Person
from bangfu.foundation.rooms import both

MOST_PEOPLE = 500


class UnableToDeclarePicture(Refusal):
    """Codes: ``not_a_picture``, ``too_many``; nothing was written."""

    sentences = {
        "not_a_picture": both(
            "这份文件不是照片，不需要申明画面里的人。",
            "This file is no picture, so there are no people in it to declare.",
        ),
        "too_many": both(
            "能认出的人数须在 0 至 {most} 之间，请重新数一数。",
            "People who can be recognised are 0 to {most}; count them again.",
        ),
    }


class UnableToRecordConsent(Refusal):
    """Codes: ``not_declared``, ``no_use``, ``future``, ``same_file``, ``erased``, ``known_already``, ``paper_used``."""

    sentences = {
        "not_declared": both(
            "还没有申明画面里能认出几个人，或申明为没有人。请先申明人数，再登记同意。",
            "Nobody has declared yet how many people can be recognised, or it was declared that there are none. Declare"
            " their number first.",
        ),
        "no_use": both(
            "同意书须写明用途：请至少选择一项（纸质报告、网页）。",
            "A consent names what it is for: choose reports on paper, pages, or both.",
        ),
        "future": both(
            "同意日期不能在将来，请按同意书上的日期填写。",
            "A consent cannot be given in the future; enter the day on the paper.",
        ),
        "same_file": both(
            "上传的是照片本身。请上传本人或监护人签字的同意书。",
            "That is the picture itself. Upload the consent that was signed.",
        ),
        "erased": both(
            "此人的信息已经删除，不能再登记同意。", "This person has been erased; no consent can be recorded."
        ),
        "known_already": both(
            "此人对这张照片的同意已经登记。如范围有变，请先撤回原来的，再登记新的。",
            "This person's consent to this picture is on record. If its uses changed, withdraw that one first.",
        ),
        "paper_used": both(
            "这份同意书对这张照片已经登记过一次。请为每个人上传各自的同意书。",
            "This paper is on record for this picture already. Upload the consent of each person by itself.",
        ),
    }


class UnableToWithdrawConsent(Refusal):
    """Codes: ``already_withdrawn``, ``before_given``, ``future``; nothing was written."""

    sentences = {
        "already_withdrawn": both(
            "这份同意已于{on}撤回，照片已经不再展示。",
            "This consent was withdrawn on {on}; the picture is not shown any more.",
        ),
        "before_given": both(
            "撤回日期不能早于同意日期{on}，请改正。",
            "A consent cannot be withdrawn before {on}, when it was given; correct the day.",
        ),
        "future": both(
            "撤回即时生效，日期不能在将来。请填今天或以前的日期。",
            "A withdrawal holds at once; enter today or an earlier day.",
        ),
    }


def _of_picture(file: EvidenceFile) -> list[Scope]:
    """Return the units on whose records a picture hangs, as scopes; the whole programme for one on none."""
    return [Scope(unit=unit) for unit in sorted(units_of(file))] or [Scope()]


def _locked(file: EvidenceFile) -> None:
    """Let whoever declares or consents for the same picture wait; the file's own row is never changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"picture {file.pk}"])


def _scope_of_file(*, file: EvidenceFile, **arguments: Any) -> list[Scope]:
    return _of_picture(file)


def _scope_of_consent(*, consent: Consent, **arguments: Any) -> list[Scope]:
    return _of_picture(consent.picture)


@operation("evidence.declare_picture", scope=_scope_of_file)
def declare_picture(*, file: EvidenceFile, recognisable: int, act: Act) -> PictureDeclaration:
    """Say how many people can be recognised in a picture, 0 for nobody; an earlier declaration counts no more.

    Raises: UnableToDeclarePicture: see its codes; nothing was written.
    """
    if file.media_type not in sniffing.PICTURES:
        raise UnableToDeclarePicture("not_a_picture")
    if not 0 <= recognisable <= MOST_PEOPLE:
        raise UnableToDeclarePicture("too_many", most=MOST_PEOPLE)
    _locked(file)
    return PictureDeclaration.objects.create(
        file=file, recognisable=recognisable, declared_at=act.at, declared_by=act.actor
    )


@operation("evidence.record_consent", scope=_scope_of_file)
def record_consent(
    *,
    file: EvidenceFile,
    person: Person | None,
    for_report: bool,
    for_web: bool,
    given_on: date,
    paper: tuple[str, bytes],
    act: Act,
) -> Consent:
    """Record that one person in a picture agrees that it is shown, with the signed paper.

    Args:
        person: who is in the picture; null when a guardian signed for a minor, whom the paper names.
        paper: name and content of the signed consent.

    Raises: UnableToRecordConsent: see its codes. UnableToKeep: the paper is refused. Nothing was written.
    Locks: the picture.
    """
    if not (for_report or for_web):
        raise UnableToRecordConsent("no_use")
    if given_on > act.on:
        raise UnableToRecordConsent("future")
    if person is not None and person.erased_at is not None:
        raise UnableToRecordConsent("erased")
    _locked(file)
    if not recognisable_in(file.pk):
        raise UnableToRecordConsent("not_declared")
    kept = keep(paper[1], name=paper[0], act=act)
    if kept.pk == file.pk:
        raise UnableToRecordConsent("same_file")
    standing = consents_in_force(file.pk)
    if person is not None and standing.filter(person=person).exists():
        raise UnableToRecordConsent("known_already")
    if standing.filter(paper=kept).exists():
        raise UnableToRecordConsent("paper_used")
    return Consent.objects.create(
        picture=file,
        giver=Consent.Giver.GUARDIAN if person is None else Consent.Giver.PERSON,
        person=person,
        for_report=for_report,
        for_web=for_web,
        given_on=given_on,
        paper=kept,
        recorded_at=act.at,
        recorded_by=act.actor,
    )


@operation("evidence.withdraw_consent", scope=_scope_of_consent)
def withdraw_consent(*, consent: Consent, on: date, act: Act) -> Consent:
    """Note that a consent was withdrawn; the picture is shown no more from this moment, in no report of any day.

    Raises: UnableToWithdrawConsent: see its codes; nothing was written.
    Locks: the consent.
    """
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_on is not None:
        raise UnableToWithdrawConsent("already_withdrawn", on=consent.withdrawn_on)
    if on < consent.given_on:
        raise UnableToWithdrawConsent("before_given", on=consent.given_on)
    if on > act.on:
        raise UnableToWithdrawConsent("future")
    consent.withdrawn_on, consent.withdrawn_by = on, act.actor
    consent.save(update_fields=["withdrawn_on", "withdrawn_by"])
    return consent
