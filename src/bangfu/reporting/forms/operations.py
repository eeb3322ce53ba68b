"""The only place that writes forms: uploading, pointing, withdrawing, filling."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from bangfu.foundation.evidence import operations as evidence_operations
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both
from bangfu.reporting.forms.checking import checked
from bangfu.reporting.forms.documents import Document, document_of, opened
from bangfu.reporting.forms.engines.changes import Comparison
from bangfu.reporting.forms.engines.grids import read_block
from bangfu.reporting.forms.filling import filled
from bangfu.reporting.forms.layout import Occasion
from bangfu.reporting.forms.models import LOCK, Fill, Form, Revision, Version, Withdrawal
from bangfu.reporting.forms.pointing import Pointing, UnableToPoint, pointings_of
from bangfu.reporting.forms.queries import newest_revision, newest_version
from bangfu.reporting.saving import NAME_SENTENCES, require_name
from bangfu.reporting.selection import read_selection


class UnableToKeepForm(Refusal):
    """Codes: ``name_missing``, ``name_too_long``, ``same_file``, ``withdrawn``, ``not_newest``."""

    sentences = {
        "name_missing": both("请给表样起个名称。", "Give the form a name."),
        **NAME_SENTENCES,
        "same_file": both(
            "这份文件和现行的一版一模一样。请上传改过的表样。",
            "This file is the version in force itself. Upload the form that changed.",
        ),
        "withdrawn": both(
            "这一版已经撤下。请刷新页面。", "This version was withdrawn already. Load the page again."
        ),
        "not_newest": both(
            "只能撤下最新的一版。请先撤下后来的版本。",
            "Only the newest version is withdrawn. Withdraw the later ones first.",
        ),
    }


def _unit_of_form(*, form: Form, **_: Any) -> list[Scope]:
    return [Scope(unit=form.unit_id)]


def _unit_of_version(*, version: Version, **_: Any) -> list[Scope]:
    return [Scope(unit=version.form.unit_id)]


def _where_filled(*, unit: Unit, place: Place | None = None, **_: Any) -> list[Scope]:
    return [Scope(unit=unit.pk, place=place.pk if place else None)]


@operation("forms.upload_form", scope=scope_of("unit"))
def upload_form(*, unit: Unit, name_zh: str, name_en: str, file: tuple[str, bytes], act: Act) -> Version:
    """Keep a superior's form for a unit and those below it; nothing of it is pointed at yet.

    Args:
        file: what it is called, and its bytes.

    Raises: UnableToKeepForm: ``name_missing``, ``name_too_long``. UnableToReadForm, UnableToKeep: see their codes; nothing was
        written.
    """
    require_name(name_zh, name_en, unable=UnableToKeepForm)
    document = opened(file[1])
    form = Form.objects.create(unit=unit, entered_by=act.actor, entered_at=act.at)
    return _version(form, 1, (name_zh, name_en), file, document, act)


@operation("forms.upload_version", scope=_unit_of_form)
def upload_version(*, form: Form, file: tuple[str, bytes], act: Act) -> Version:
    """Keep the next edition of a form, in which pointings stand where the words of their rows and columns do.

    Those whose words stand there more than once or not at all are left over, for somebody to decide. What was filled before
    keeps its version.

    Raises: UnableToKeepForm: ``same_file``, ``withdrawn``. UnableToReadForm, UnableToKeep: see their codes; nothing was written.
    Locks: the form.
    """
    document = opened(file[1])
    _lock(form)
    before = newest_version(form)
    if before is None:
        raise UnableToKeepForm("withdrawn")
    if before.file_id == hashlib.sha256(file[1]).hexdigest():
        raise UnableToKeepForm("same_file")
    number = form.versions.count() + 1
    version = _version(form, number, (before.name_zh, before.name_en), file, document, act)
    pointings = pointings_of(_pointings(before))
    comparison = Comparison(document_of(before).grids, document.grids)
    followed, left_over = [], []
    for one in pointings:
        place = comparison.place_of(one.sheet, one.block)
        if place is None:
            left_over.append(one)
        else:
            followed.append(one.moved(*place))
    if pointings:
        _revision(version, 1, followed, left_over, act)
    return version


@operation("forms.point_cells", scope=_unit_of_version)
def point_cells(*, version: Version, pointing: Pointing, act: Act) -> Revision:
    """Point cells of a form at figures or a text; of two pointings that meet, the later counts.

    One that was left over from the version before is decided when its rule is given to other cells.

    Where rows or columns repeat and no codes are given for them, these are read off the words beside and above.

    Raises: UnableToPoint: see its codes; nothing was written.
    Locks: the form.
    """
    _lock(version.form)
    _require_in_force(version)
    one = checked(pointing, document_of(version).grids, on=timezone.localdate(act.at))
    known = [
        other
        for other in pointings_of(_pointings(version))
        if not (other.sheet == one.sheet and _covers(one, other))
    ]
    return _revised(version, [*known, one], act, decided=one)


@operation("forms.unpoint_cells", scope=_unit_of_version)
def unpoint_cells(*, version: Version, sheet: int, cells: str, act: Act) -> Revision:
    """Undo the pointings that meet some cells.

    Raises: UnableToPoint: ``unknown_cells``, ``nothing_pointed``, ``withdrawn``; nothing was written.
    Locks: the form.
    """
    _lock(version.form)
    _require_in_force(version)
    try:
        block = read_block(cells)
    except ValueError:
        raise UnableToPoint("unknown_cells", text=cells) from None
    known = pointings_of(_pointings(version))
    rest = [one for one in known if not (one.sheet == sheet and one.block.meets(block))]
    if len(rest) == len(known):
        raise UnableToPoint("nothing_pointed", cells=cells)
    return _revised(version, rest, act)


@operation("forms.withdraw_version", scope=_unit_of_version)
def withdraw_version(*, version: Version, act: Act) -> Withdrawal:
    """Withdraw the newest version of a form: the one before it is used again, and what was filled stays.

    Raises: UnableToKeepForm: ``withdrawn``, ``not_newest``; nothing was written.
    Locks: the form.
    """
    _lock(version.form)
    if Withdrawal.objects.filter(version=version).exists():
        raise UnableToKeepForm("withdrawn")
    if newest_version(version.form) != version:
        raise UnableToKeepForm("not_newest")
    return Withdrawal.objects.create(version=version, withdrawn_by=act.actor, withdrawn_at=act.at)


@operation("forms.fill_form", scope=_where_filled)
def fill_form(*, version: Version, period: str, unit: Unit, place: Place | None = None, act: Act) -> Fill:
    """Keep a form filled for a period, a unit and a place, as of the newest block and as far as the actor may see.

    Raises: UnableToPoint: ``not_pointed_yet``, ``withdrawn``. UnableToOpen: ``unknown_period``; nothing was written.
    """
    _require_in_force(version)
    revision = newest_revision(version)
    if revision is None or not revision.pointings:
        raise UnableToPoint("not_pointed_yet")
    span = read_selection({"period": period}).period
    newest = latest_block()
    on = timezone.localdate(act.at)
    occasion = Occasion(
        period=span,
        unit=unit if unit.parent_id is not None else None,
        place=place.pk if place else None,
        block=newest.number if newest else 0,
        on=on,
        preparer=act.actor.display_name,
    )
    made = filled(document_of(version), pointings_of(revision.pointings), occasion, act.actor, on)
    return Fill.objects.create(
        revision=revision,
        unit=unit,
        place=place,
        period=span.code,
        block=occasion.block,
        values=made.kept,
        digest=hashlib.sha256(made.file).hexdigest(),
        filled_by=act.actor,
        filled_at=act.at,
    )


def _lock(form: Form) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, form.pk])


def _require_in_force(version: Version) -> None:
    if Withdrawal.objects.filter(version=version).exists():
        raise UnableToPoint("withdrawn")


def _covers(one: Pointing, other: Pointing) -> bool:
    """Return whether nothing of another pointing is left beside this one."""
    mine, its = one.block, other.block
    return (
        mine.first[0] <= its.first[0]
        and mine.first[1] <= its.first[1]
        and mine.last[0] >= its.last[0]
        and mine.last[1] >= its.last[1]
    )


def _pointings(version: Version) -> list[dict[str, Any]]:
    revision = newest_revision(version)
    return list(revision.pointings) if revision else []


def _version(
    form: Form, number: int, names: tuple[str, str], file: tuple[str, bytes], document: Document, act: Act
) -> Version:
    name, content = file
    return Version.objects.create(
        form=form,
        number=number,
        name_zh=names[0].strip(),
        name_en=names[1].strip(),
        kind=document.kind,
        file=evidence_operations.keep(content, name=name, act=act),
        file_name=evidence_operations.clean_name(name),
        uploaded_by=act.actor,
        uploaded_at=act.at,
    )


def _revised(
    version: Version, pointings: Sequence[Pointing], act: Act, *, decided: Pointing | None = None
) -> Revision:
    before = newest_revision(version)
    left_over = pointings_of(before.left_over) if before else []
    if decided is not None:
        left_over = [
            one for one in left_over if one.moved(decided.sheet, decided.block).fields != decided.fields
        ]
    return _revision(version, version.revisions.count() + 1, pointings, left_over, act)


def _revision(
    version: Version, number: int, pointings: Sequence[Pointing], left_over: Sequence[Pointing], act: Act
) -> Revision:
    return Revision.objects.create(
        version=version,
        number=number,
        pointings=[one.fields for one in pointings],
        left_over=[one.fields for one in left_over],
        saved_by=act.actor,
        saved_at=act.at,
    )
