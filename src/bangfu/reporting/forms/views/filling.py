"""A form is filled on the screen, kept, and sent as the superior's own file."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.evidence.sniffing import DOCX, XLSX
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import named_units, root_unit, unit_with_code
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.reporting.access import own_corner, require_sight
from bangfu.reporting.forms import operations, queries
from bangfu.reporting.forms.documents import document_of
from bangfu.reporting.forms.engines.grids import At, written
from bangfu.reporting.forms.filling import Filling, State, filled, number_text
from bangfu.reporting.forms.grid_pages import ShownCell, shown_grid
from bangfu.reporting.forms.layout import Occasion
from bangfu.reporting.forms.models import Fill, Version
from bangfu.reporting.forms.pointing import UnableToPoint, pointings_of
from bangfu.reporting.forms.showing import filling_of
from bangfu.reporting.forms.views.common import (
    act_of,
    fields_of,
    form_for,
    reader,
    units_for,
    version_for,
)
from bangfu.reporting.queries import usual_period
from bangfu.reporting.selection import Selection, read_selection


def asked_of(account: Account, said: dict[str, Any]) -> tuple[Selection, Unit]:
    """Return for what a form is to be filled: an own corner where nothing is said.

    Raises: UnableToOpen: a field means nothing.
    """
    corner, place = own_corner(account, timezone.localdate())
    unit = said["unit"]
    if unit and unit_with_code(unit) is None:
        codes = named_units().get(unit, ())
        unit = codes[0] if len(codes) == 1 else unit
    if not unit and corner is not None:
        unit = corner.code
    asked = read_selection(
        {"period": said["period"], "unit": unit, "place": said["place"]}, period=usual_period()
    )
    if asked.place is None and place is not None:
        asked = asked.having(place=place)
    root = root_unit()
    assert root is not None
    owner = asked.unit or root
    return asked.having(unit=None if owner.parent_id is None else owner), owner


def occasion_of(account: Account, asked: Selection) -> Occasion:
    """Return what is asked as an occasion: today, as of the newest block."""
    newest = latest_block()
    return Occasion(
        period=asked.period,
        unit=asked.unit,
        place=asked.place,
        block=newest.number if newest else 0,
        on=timezone.localdate(),
        preparer=account.display_name,
    )


@require_safe
def fill(request: HttpRequest, key: int) -> HttpResponse:
    """Show a form filled for a period and a unit, before it is kept."""
    account = reader(request)
    form = form_for(account, key)
    version = version_for(form)
    said = fields_of(request, "period", "unit", "place")
    said["period"] = said["period"] or queries.last_period(form)
    context: dict[str, Any] = {
        "form": version.form,
        "version": version,
        "said": said,
        "units": units_for(account),
        "key": str(uuid.uuid4()),
    }
    try:
        asked, owner = asked_of(account, said)
        require_sight(account, asked, timezone.localdate())
        revision = queries.newest_revision(version)
        if revision is None or not revision.pointings:
            raise UnableToPoint("not_pointed_yet")
        occasion = occasion_of(account, asked)
        made = filled(
            document_of(version), pointings_of(revision.pointings), occasion, account, timezone.localdate()
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render(request, "forms/fill.html", context | {"refusal": refusal}, status=422)
    context["said"] = {"period": asked.period.code, "unit": owner.code, "place": asked.place_code}
    return render(request, "forms/fill.html", context | {"owner": owner} | shown(made))


def shown(made: Filling) -> dict[str, Any]:
    """Return what a page shows of a filled form."""

    def dressed(number: int) -> Any:
        def dress(at: At, cell: ShownCell) -> ShownCell:
            one = made.cells.get((number, at))
            if one is None or one.is_check:
                result = made.results.get((number, at))
                if cell.kind != "formula":
                    return cell
                text = "" if result is None else number_text(result.normalize())
                return replace(
                    cell, kind="result", text=text, title=f"={made.document.grids[number].cell(at).formula}"
                )
            return replace(
                cell,
                text=one.shown,
                kind="text" if one.state is State.TEXT else one.state.value,
                title=f"{one.title} {one.note}".strip() if one.state is not State.TEXT else "",
                address=one.address,
                opens=bool(one.address),
                note=one.note,
            )

        return dress

    return {
        "made": made,
        "grids": [
            shown_grid(number, grid, dressed(number)) for number, grid in enumerate(made.document.grids)
        ],
        "checks": [
            {
                "sheet": made.document.grids[one.where[0]].title,
                "at": written(one.where[1]),
                "check": one,
            }
            for one in made.checks
        ],
        "counts": [
            (state, made.count(state))
            for state in (State.NOTHING, State.NOT_SEEN, State.SMALL, State.BESIDE, State.UNKNOWN)
        ],
    }


@require_POST
def keep(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a form as it is filled now."""
    account = reader(request)
    version = version_for(form_for(account, key))
    said = fields_of(request, "period", "unit", "place")
    try:
        asked, owner = asked_of(account, said)
        place = Place.objects.filter(pk=asked.place).first() if asked.place else None
        kept = operations.fill_form(
            version=version, period=asked.period.code, unit=owner, place=place, act=act_of(request, account)
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("forms:form", key=key)
    return redirect("forms:filled", key=kept.pk)


def _kept(account: Account, key: int) -> Fill:
    found = queries.fills_read_by(account, timezone.localdate()).filter(pk=key).first()
    if found is None:
        raise Http404(key)
    return found


@require_safe
def kept(request: HttpRequest, key: int) -> HttpResponse:
    """Show a form as it was filled: every cell opens as of then."""
    account = reader(request)
    found = _kept(account, key)
    made = filling_of(found, account, timezone.localdate())
    context = {
        "fill": found,
        "version": found.revision.version,
        "form": found.revision.version.form,
        "is_same": hashlib.sha256(made.file).hexdigest() == found.digest,
    }
    return render(request, "forms/filled.html", context | shown(made))


@require_safe
def file(request: HttpRequest, key: int) -> HttpResponse:
    """Send the superior's file, filled, as far as the reader may see it."""
    account = reader(request)
    found = _kept(account, key)
    version = found.revision.version
    answer = HttpResponse(
        filling_of(found, account, timezone.localdate()).file,
        content_type=XLSX if version.kind == Version.Kind.XLSX else DOCX,
    )
    ending = version.kind.lower()
    name = f"{version.name_zh}-{found.period.replace('/', '至')}-{found.unit.name_zh}.{ending}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
