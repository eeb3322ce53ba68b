"""The whole page of a place, gathered once for the screen and for paper."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.operations import granted_units
from bangfu.foundation.rooms.subjects import SubjectSection
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.handbook.counting import Counted, counted_in
from bangfu.reporting.handbook.identity import Identity, identity_of
from bangfu.reporting.handbook.open_points import Points, open_in, red_lights
from bangfu.reporting.handbook.owning import owned_in
from bangfu.reporting.handbook.pictures import Picture, pictures_in
from bangfu.reporting.handbook.promises import Promises, promises_in
from bangfu.reporting.handbook.records import NewRecord, newest_in
from bangfu.reporting.handbook.responsible import Answerable, answerable_in
from bangfu.reporting.handbook.subjects import late_points, sections_in
from bangfu.reporting.room import VIEW_FACTS


@dataclass(frozen=True)
class Handbook:
    """Everything that is said of a place."""

    question: Question
    identity: Identity
    answerable: Answerable
    counted: Counted
    records: tuple[NewRecord, ...]
    may_open_records: bool
    points: tuple[Points, ...]
    promises: Promises
    sections: tuple[SubjectSection, ...]
    """What rooms say of their schools, leaders and the like here."""
    pictures: tuple[Picture, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever counted there."""
        return not self.answerable.units

    @property
    def point_count(self) -> int:
        """How many points are open."""
        return sum(one.count for one in self.points)


def handbook_of(question: Question, use: Use = Use.WEB) -> Handbook:
    """Return everything that is said of a place to a reader.

    Args:
        use: where its pictures are shown.
    """
    owned = owned_in(question)
    answerable = answerable_in(question, owned)
    counted = counted_in(question, owned)
    concerned = answerable.own | answerable.paired
    promises = promises_in(question, concerned, counted.years[-1])
    sections = sections_in(question)
    points = open_in(question, answerable.own, answerable.paired)
    return Handbook(
        question=question,
        identity=identity_of(question),
        answerable=answerable,
        counted=counted,
        records=tuple(newest_in(question, owned)),
        may_open_records=bool(granted_units(question.account, VIEW_FACTS, question.today)),
        points=(*late_points(sections), *points, *red_lights(promises.shown)),
        promises=promises,
        sections=sections,
        pictures=tuple(pictures_in(question, use)),
    )
