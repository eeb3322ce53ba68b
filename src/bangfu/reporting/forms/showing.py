"""A form as pages and files show it: filled on an occasion, or as it was kept."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.reporting.forms.documents import document_of
from bangfu.reporting.forms.filling import Filling, refilled
from bangfu.reporting.forms.layout import Occasion
from bangfu.reporting.forms.models import Fill
from bangfu.reporting.forms.pointing import pointings_of
from bangfu.reporting.periods import read_period


def occasion_of(fill: Fill) -> Occasion:
    """Return for what a form was filled."""
    return Occasion(
        period=read_period(fill.period),
        unit=fill.unit if fill.unit.parent_id is not None else None,
        place=fill.place_id,
        block=fill.block,
        on=timezone.localdate(fill.filled_at),
        preparer=fill.filled_by.display_name,
    )


def filling_of(fill: Fill, account: Account, on: date) -> Filling:
    """Return a form as it was filled, as far as an account may see it now: no figure is asked again."""
    document = document_of(fill.revision.version)
    return refilled(
        document, pointings_of(fill.revision.pointings), occasion_of(fill), fill.values, account, on
    )
