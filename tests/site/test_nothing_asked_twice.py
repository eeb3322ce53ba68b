"""No entry form asks what the system knows, and the guides' table of the forms says what they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.connectivity.network.forms.kinds import FORMS
from bangfu.connectivity.network.forms.stations import StationForm
from bangfu.connectivity.network.models import Project, Site
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.places.models import Place
from tests.architecture.test_documentation import GUIDE
from tests.cast import CEHENG, FOUNDED, GUIZHOU, NOW, Cast
from tests.foundation.intake.reported.reporting import RELIEF
from tests.livelihoods.training.trained import opened

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Entry:
    """One entry form: where it stands, and which of its fields the system knows."""

    address: str
    known: tuple[str, ...]


def entries(course: int) -> dict[str, Entry]:
    """Return the forms by which people enter something new, by the address that the guide gives."""
    own = ("unit", "place")
    return {
        "/intake/reported/…/register": Entry(reverse("intake:register", args=[RELIEF]), own),
        "/network/stations/register": Entry(reverse("network:register"), own),
        "/network/boxes/register": Entry(reverse("network:boxes_register"), own),
        "/network/bookings/register": Entry(reverse("network:bookings_register"), own),
        "/network/projects/open": Entry(reverse("network:projects_register"), own),
        "/schooling/register": Entry(reverse("schooling:register"), own),
        "/pairing/pairings/propose": Entry(reverse("pairing:propose"), own),
        "/leadership/leaders/register": Entry(reverse("leadership:register_leader"), ("unit",)),
        "/training/courses/open": Entry(reverse("training:open"), ("unit",)),
        "/training/courses/…/enrol": Entry(reverse("training:enrol", args=[course]), ("place",)),
        "/training/trainers/register": Entry(reverse("training:register_trainer"), ("unit",)),
        "/findings/new": Entry(reverse("findings:raise"), ("unit",)),
        "/rounds/schedules/new": Entry(reverse("rounds:new"), ("unit", "responsible", "starts_on")),
        "/people/households/new": Entry(reverse("people:register_household"), ("unit", "starts_on")),
    }


@pytest.fixture
def county(cast: Cast) -> tuple[Unit, Account]:
    """The company of 册亨 below the Guizhou branch, and somebody who works there alone."""
    with system_writes("a county of the tests"):
        unit = enter_unit(
            code="CH01", name_zh="册亨县分公司", name_en="Ceheng county", kind=Unit.Kind.COUNTY,
            parent=cast.guizhou, place=Place.objects.get(pk=CEHENG), starts_on=FOUNDED,
        )  # fmt: skip
        other = enter_unit(
            code="CH02", name_zh="册亨县营业部", name_en="Ceheng shop", kind=Unit.Kind.OFFICE,
            parent=unit, place=None, starts_on=FOUNDED,
        )  # fmt: skip
        account = Account.objects.create(username="nongfei", person=enter_person(name="农飞"))
        for role in ("officer", "clerk"):
            RoleGrant.objects.create(account=account, role=role, unit=unit, starts_on=FOUNDED)
    assert other.parent_id == unit.pk
    return unit, account


def test_every_entry_form_begins_with_what_is_known(cast: Cast, county: tuple[Unit, Account]) -> None:
    unit, account = county
    client = Client()
    client.force_login(account)
    course = opened(cast, unit=unit)
    counted = {}
    for name, entry in entries(course.pk).items():
        form = client.get(entry.address).context["form"]
        asked = [one for one in entry.known if form[one].value() in (None, "")]
        counted[name] = (len(form.visible_fields()), len(entry.known), len(asked))
        if "unit" in entry.known:
            assert str(getattr(form["unit"].value(), "pk", form["unit"].value())) == str(unit.pk), name
        if "place" in entry.known:
            assert str(form["place"].value()).endswith("522327"), name
    for language in ("zh", "en"):
        told = (GUIDE / language / "rounds.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| [^|]+ \| `(/[^`]+)` \| (\d+) \| (\d+) \| (\d+) \|$", told, re.MULTILINE)
        assert {row[0]: tuple(map(int, row[1:])) for row in rows} == counted, language
    assert not any(asked for _, _, asked in counted.values())


def test_a_unit_above_the_place_of_a_form_leaves_it_open(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.clerk)
    form = client.get(reverse("network:register")).context["form"]
    assert (str(form["unit"].value()), form["place"].value()) == (str(cast.guizhou.pk), None)


@pytest.fixture
def built(cast: Cast) -> Project:
    """A site and a project of 册亨 and one of the whole province."""
    with system_writes("a site and two projects of the tests"):
        Site.objects.create(code="TT-1", name="八渡镇塔", place_id=CEHENG)
        told: dict[str, Any] = {
            "unit": cast.guizhou,
            "budget_fen": 1,
            "opened_at": NOW,
            "opened_by": cast.officer,
        }
        Project.objects.create(code="GZ-WIDE", name="全省", place_id=GUIZHOU, **told)
        return Project.objects.create(code="GZ-CH", name="册亨", place_id=CEHENG, **told)


class TestDerived:
    STATION = {
        "key": "k", "code": "S-1", "site_code": "tt-1", "technology": "4G", "builder": "示例铁塔",
        "accepted_on": "2019-09-12",
    }  # fmt: skip

    def station(self, cast: Cast, **said: str) -> StationForm:
        data = {**self.STATION, "unit": str(cast.guizhou.pk), **said}
        return StationForm(data, units=[cast.guizhou], offers="/places")

    def test_a_known_site_says_where_a_station_stands(self, cast: Cast, built: Project) -> None:
        form = self.station(cast)
        assert form.is_valid(), form.errors
        assert (form.details().place.pk, form.details().site_name) == (CEHENG, "八渡镇塔")
        unknown = self.station(cast, site_code="TT-9")
        assert (unknown.is_valid(), list(unknown.errors)) == (False, ["place"])

    def test_a_project_of_one_county_says_where_a_box_is(self, cast: Cast, built: Project) -> None:
        said = {
            "key": "k",
            "unit": str(cast.guizhou.pk),
            "code": "B-1",
            "port_count": "16",
            "accepted_on": "2019-09-12",
        }
        for project, place in (("gz-ch", CEHENG), ("GZ-WIDE", None), ("", None)):
            data = {**said, "project": project}
            form = FORMS["network.access_box"](data, units=[cast.guizhou], offers="/places")
            assert form.is_valid() == (place is not None)
            if place is not None:
                assert form.details().place.pk == place
