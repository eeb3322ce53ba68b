"""A worked example that an officer could follow with paper: one cadre in three courses, and a trip to a summit.

Added up from the courses' lists there would be six cadres; by identity number there are three persons (DOMAIN §10: 人 is
not 人次). The second organiser's list of the same course is refused, and the observation trip trains nobody.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.people.models import Person
from bangfu.livelihoods.training.models import Enrolment
from bangfu.livelihoods.training.operations import import_attendees, withdraw_enrolment
from bangfu.reporting.facts import trust_in
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, Cast
from tests.livelihoods.training.trained import (
    FIRST,
    LAST,
    Row,
    facts,
    imported,
    number,
    opened,
    part,
    received,
    verified,
)

INDICATORS = ("training.cadres", "training.participations", "training.observation_trips")


def figures(period: str) -> tuple[Decimal | None, ...]:
    """Return what the house publishes for a period."""
    return tuple(figure(code, period=period).value for code in INDICATORS)


@pytest.mark.django_db
def test_one_cadre_in_three_courses_is_one_person(cast: Cast, tmp_path: Path) -> None:
    opened(cast, co_organiser="集团帮扶办")
    opened(cast, "PX-2019-04", required_sessions=1, parts=(part("ONLINE", FIRST),))
    opened(cast, "PX-2019-05", trainees="TECHNICIAN", required_sessions=1, parts=(part("LECTURE", LAST),))
    opened(
        cast,
        "GM-2019-01",
        starts_on=date(2019, 11, 20),
        ends_on=date(2019, 11, 22),
        required_sessions=1,
        parts=(part("OBSERVATION", date(2019, 11, 20), date(2019, 11, 21), title="5G峰会观摩"),),
    )
    first, second, third = number(1), number(2), number(3)
    rows = [
        Row(identity_number=first),
        Row(identity_number=second, sessions="1-2"),
        Row("PX-2019-04", identity_number=first.lower()),
        Row("PX-2019-04", identity_number=f" {second}"),
        Row("PX-2019-05", identity_number=first),
        Row("GM-2019-01", identity_number=first, result="只参加"),
        Row("GM-2019-01", identity_number=third, sessions="1", result="只参加"),
    ]
    paper = imported(rows, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
    before = Person.objects.count()
    assert figures("2019") == (0, None, None) or figures("2019") == (None, None, None)
    verified(cast, paper)

    # 3+2 sessions, 1+1 online, 1 for the technician's lecture, 2+1 at the summit: eleven attendances of three persons.
    assert figures("2019") == (2, 11, 1)
    assert figures("2019-09") == (2, 8, None) or figures("2019-09") == (2, 8, 0)
    assert figure("training.technicians", period="2019").value == 1
    # The technician is one of the two cadres: all together they are two persons, not three.
    assert figure("training.persons", period="2019").value == 2
    assert len(facts("training.cadres")) == 4
    # The trip has no review of its own: it rests on those who went, and each of them was verified.
    trip = figure("training.observation_trips", period="2019")
    trust = trust_in(trip.indicator, trip.selection)
    assert (trust.standing, trust.verified) == (1, 1)
    assert Person.objects.count() == before

    # The other organiser reports the same course: it has one owner, so their list is refused.
    theirs = received(
        [Row(identity_number=number(4))],
        unit=cast.office,
        act=cast.act(cast.officer),
        folder=tmp_path,
        name="帮扶办.xlsx",
    )
    with pytest.raises(UnableToImport) as refused:
        import_attendees(upload=theirs, act=cast.act(cast.officer))
    assert "没有编号为「PX-2019-03」的课程" in refused.value.rows[0].sentence.zh

    # One completion of the first cadre turns out wrong: the other still makes one person.
    wrong = Enrolment.objects.get(course__code="PX-2019-03", attendances__session__number=3)
    withdraw_enrolment(
        enrolment=wrong, reason="evidence_failed", remark="签到表不符", act=cast.act(cast.verifier)
    )
    assert figures("2019") == (2, 8, 1)
    # Then both who went to the summit are withdrawn: the trip counts no more.
    for one in Enrolment.objects.filter(course__code="GM-2019-01").order_by("pk"):
        withdraw_enrolment(
            enrolment=one, reason="evidence_failed", remark="无签到", act=cast.act(cast.verifier)
        )
    cadres, participations, trips = figures("2019")
    assert (cadres, participations) == (2, 5)
    assert not trips
    assert [row[3] for row in facts("training.cadres")] == [CEHENG] * 5
