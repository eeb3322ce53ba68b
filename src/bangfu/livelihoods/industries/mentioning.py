"""The industry that a project cites, shown at the project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries.api import industries
from bangfu.livelihoods.industries.telling import address


def mentions(kind: str, key: int, reader: Account, on: date) -> Sequence[tuple[Words, str]]:
    """Return the industry that a project cites, for whoever may read it; nothing of other records."""
    if kind != "projects.project":
        return ()
    title = both("产业：{product}", "Industry: {product}")
    found = industries(reader, on).filter(citations__project=key)
    return [(title.filled(product=one.product), address("industry")(one.pk)) for one in found]
