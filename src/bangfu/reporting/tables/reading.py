"""Who reads a table, and what an address asks of it: whoever sees a part of the programme starts from that part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import code_text
from bangfu.reporting.access import own_corner
from bangfu.reporting.queries import usual_period
from bangfu.reporting.tables.asking import Question, read_question


def asked_in(request: HttpRequest, fields: Mapping[str, Sequence[str]]) -> tuple[Account, Question]:
    """Return who reads, and the question of some fields.

    Raises: NotPermitted: ``out_of_scope``: no grant carries ``reporting.view``. UnableToTabulate, UnableToOpen: a field means
        nothing.
    """
    account = reader_of(request)
    unit, place = own_corner(account, timezone.localdate())
    given = {name: list(several) for name, several in fields.items()}
    if unit is not None and not any(given.get("unit", ())):
        given["unit"] = [unit.code]
    if place is not None and not any(given.get("place", ())):
        given["place"] = [code_text(place)]
    return account, read_question(given, period=usual_period())
