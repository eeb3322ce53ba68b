"""A project's stations: assigned many at a time, and seen beside the vouchers that were booked for it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bangfu.connectivity.network.models import Project, Station
from bangfu.connectivity.network.operations import (
    assign_station,
    assign_stations,
    register_booking,
    register_station,
    submit_record,
    verify_records,
    withdraw_station,
)
from bangfu.connectivity.network.operations.projects import UnableToRunProject
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast
from tests.connectivity.network.building import VOUCHER, booking, project
from tests.connectivity.network.reporting import details
from tests.connectivity.network.test_operations import registered, verified
from tests.foundation.review.looking import looked_at

YEAR = (date(2019, 1, 1), date(2019, 12, 31))
BACKEND = "django.contrib.auth.backends.ModelBackend"


def assigned(cast: Cast, one: Project, first_on: date = YEAR[0], last_on: date = YEAR[1]) -> int:
    return assign_stations(project=one, first_on=first_on, last_on=last_on, act=cast.act(cast.clerk))


@pytest.mark.django_db
class TestAssignStations:
    def test_takes_those_of_the_unit_the_place_and_the_days_that_no_project_has(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        one = project(cast.guizhou, act)
        elsewhere = project(cast.guizhou, act, code="GZ-2019-08")
        ours = [registered(cast, code=f"GZ-{number}") for number in (1, 2)]
        early = registered(cast, code="GZ-3", accepted_on=date(2018, 12, 31), on_air_on=date(2018, 12, 1))
        taken = assign_station(station=registered(cast, code="GZ-4"), project=elsewhere, act=act)
        gone = withdraw_station(
            station=registered(cast, code="GZ-5"), reason="wrong_place", remark="示例", act=act
        )
        theirs = register_station(
            details=details(CEHENG, code="YN-1"), unit=cast.office, act=cast.act(cast.officer)
        )
        assert assigned(cast, one) == 2
        named = dict(Station.objects.values_list("code", "project"))
        assert {station.code: named[station.code] for station in ours} == {"GZ-1": one.pk, "GZ-2": one.pk}
        assert (named[early.code], named[taken.code], named[gone.code], named[theirs.code]) == (
            None, elsewhere.pk, None, None,
        )  # fmt: skip

    def test_refuses_days_in_the_wrong_order_and_days_without_stations(self, cast: Cast) -> None:
        one = project(cast.guizhou, cast.act(cast.clerk))
        registered(cast)
        for first_on, last_on, code in (
            (YEAR[1], YEAR[0], "no_days"),
            (date(2020, 1, 1), date(2020, 1, 31), "none_found"),
        ):
            with pytest.raises(UnableToRunProject) as refusal:
                assigned(cast, one, first_on, last_on)
            assert refusal.value.code == code
        with pytest.raises(NotPermitted):
            assign_stations(project=one, first_on=YEAR[0], last_on=YEAR[1], act=cast.act(cast.outsider))
        assert not Station.objects.filter(project__isnull=False).exists()

    def test_from_the_projects_page(self, cast: Cast, client: Client) -> None:
        one = project(cast.guizhou, cast.act(cast.clerk))
        station = registered(cast)
        client.force_login(cast.clerk, backend=BACKEND)
        address = f"/network/projects/{one.pk}/"
        said = {"key": "1", "first_on": "2019-01-01", "last_on": "2019-12-31"}
        assert client.post(f"{address}stations", said | {"last_on": "2018-01-01"}).status_code == 409
        assert client.post(f"{address}stations", said | {"last_on": "x"}).status_code == 422
        answer = client.post(f"{address}stations", said, follow=True).content.decode()
        assert "归入1个基站" in answer
        assert station.code in answer


@pytest.mark.django_db
class TestBesideABooking:
    def booked(self, cast: Cast) -> Fact:
        """Book one voucher of a project with a station, both verified; give the voucher's fact."""
        act = cast.act(cast.clerk)
        one = project(cast.guizhou, act)
        assign_station(station=verified(cast), project=one, act=act)
        record = register_booking(details=booking(), unit=cast.guizhou, files=(VOUCHER,), act=act)
        submit_record(record=record, act=act)
        verifying = cast.act(cast.verifier)
        verify_records(batch=looked_at(Batch.objects.latest("pk"), verifying), act=verifying)
        return Fact.objects.latest("id")

    def test_its_project_s_stations_stand_in_the_drawer_a_click_from_their_evidence(
        self, cast: Cast, client: Client
    ) -> None:
        fact = self.booked(cast)
        station = Fact.objects.earliest("id")
        client.force_login(cast.officer, backend=BACKEND)
        text = client.get(f"/fact/{fact.pk}/").content.decode()
        assert f'href="/fact/{station.pk}/evidence"' in text
        assert "同一工程的基站 · 验收 2019-09-12" in text

    def test_a_finding_is_raised_about_it_from_the_drawer(self, cast: Cast, client: Client) -> None:
        fact = self.booked(cast)
        client.force_login(cast.officer, backend=BACKEND)
        address = f"/findings/new?record=network.booking%3A{fact.subject_id}"
        assert address in client.get(f"/fact/{fact.pk}/").content.decode()
        assert "PZ-201909-0312" in client.get(address).content.decode()

    def test_a_withdrawn_one_does_not(self, cast: Cast, client: Client) -> None:
        fact = self.booked(cast)
        station = Station.objects.get()
        withdraw_station(station=station, reason="wrong_place", remark="示例", act=cast.act(cast.clerk))
        client.force_login(cast.officer, backend=BACKEND)
        assert "同一工程的基站" not in client.get(f"/fact/{fact.pk}/").content.decode()
