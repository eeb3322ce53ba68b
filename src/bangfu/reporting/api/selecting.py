"""The question a figure answers, as programs write it: the fields of the figure's own address."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from bangfu.foundation.api.asking import Asker
from bangfu.foundation.api.declaring import ByHand
from bangfu.foundation.operations import NotPermitted
from bangfu.reporting import queries
from bangfu.reporting.access import may_see_terms, require_sight
from bangfu.reporting.room import VIEW
from bangfu.reporting.selection import Selection, read_selection

_Text = Annotated[str | None, Field(max_length=80, pattern=r"^[^\x00]*$")]
_PERIOD = (
    "2019, 2019-Q3, 2019-03, 2019-03-05 or 2019-01-01/2019-06-30; without one the period that reports cite."
)
_NOTES = {
    "period": _PERIOD,
    "place": "Code of a place; without one everywhere.",
    "area": "Code of an area or list, such as poor-832.",
    "unit": "Code of a unit, with everything below it.",
    "line": "Code of a professional line.",
    "as_of": "A block or a day; without one now, with what is not sealed yet.",
    "term": "Which term of a ratio or target: numerator, denominator, target, base.",
}


class Question(Schema):
    """Where a figure is asked for, in the parameters of an address."""

    period: _Text = Field(None, description=_NOTES["period"])
    place: _Text = Field(None, description=_NOTES["place"])
    area: _Text = Field(None, description=_NOTES["area"])
    unit: _Text = Field(None, description=_NOTES["unit"])
    line: _Text = Field(None, description=_NOTES["line"])
    as_of: _Text = Field(None, description=_NOTES["as_of"])
    term: _Text = Field(None, description=_NOTES["term"])


class Written(BaseModel):
    """Where a figure is asked for, in a body."""

    model_config = ConfigDict(extra="forbid")
    period: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$", description=_NOTES["period"])]
    place: _Text = None
    area: _Text = None
    unit: _Text = None
    line: _Text = None
    as_of: _Text = None
    term: _Text = None


def _read(written: Any) -> Selection:
    return read_selection({name: value for name, value in written.model_dump().items() if value is not None})


SELECTION = ByHand(Written, _read)


def asked(code: str, question: Question, asker: Asker) -> Selection:
    """Return the question about an indicator, when the asker may see its answer.

    Raises: UnableToOpen: a field means nothing. NotPermitted: ``out_of_scope``.
    """
    given = {name: value for name, value in question.dict().items() if value}
    period = None if "period" in given else queries.usual_period(code)
    selection = read_selection(given, period=period)
    require_sight(asker.account, selection, timezone.localdate())
    indicator = queries.indicator_of(code, selection)
    if not may_see_terms(asker.account, indicator, selection, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return selection
