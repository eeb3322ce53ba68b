"""Where a figure opens for whoever reads it: the whole programme's, or that of the reader's own unit and place."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from bangfu.foundation.organisation.queries import grants_carrying
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import code_text

READ_FIGURES = "reporting.view"


def figure_address(account: Account, indicator: str, on: date, **asked: str) -> str:
    """Return where an indicator opens in the widest scope that an account may read; empty: it reads no figures.

    Args:
        asked: further parts of the address, such as ``period``.
    """
    grants = [one for one in grants_carrying(account, READ_FIGURES, on) if one.line_id is None]
    if not grants or not account.is_active:
        return ""
    widest = min(grants, key=lambda one: (one.unit.path.count("."), one.place_id is not None))
    if widest.unit.parent_id is not None:
        asked["unit"] = widest.unit.code
    if widest.place_id is not None:
        asked["place"] = code_text(widest.place_id)
    return f"/f/{indicator}/?{urlencode(asked)}" if asked else f"/f/{indicator}/"
