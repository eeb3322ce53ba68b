"""The example's programmes: every pupil awarded by sheets, what the fund has committed and left, one programme that is open."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.conf import LazySettings

from bangfu.foundation.money.models import Fund
from bangfu.giving.campaigns.models import Cost, Receipt
from bangfu.giving.grants import books
from bangfu.giving.grants.models import Application, Award, Notice, Objection, Programme, Recusal
from bangfu.giving.grants.queries import use_of_quotas
from example import campaigns, displaying, grants, house, payouts
from example.reported.giving import GRANT
from tests.cast import CEHENG, GUYUAN

PLACES = {CEHENG: "册亨县", GUYUAN: "沽源县"}
PUPILS, SCHOOLS = 90, 3


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, and an example of two counties with few pupils."""
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    monkeypatch.setattr(grants, "DESIGNATED", PLACES)
    monkeypatch.setattr(grants, "PUPILS", PUPILS)
    monkeypatch.setattr(grants, "SCHOOLS_A_COUNTY", SCHOOLS)
    monkeypatch.setattr(grants, "BEYOND", 2)
    return tmp_path


@pytest.mark.django_db
def test_every_pupil_of_the_quotas_is_awarded_and_the_rest_wait(var: Path) -> None:
    house.build_house()
    grants.keep()
    first = Programme.objects.get(code=grants.CODE)
    assert (first.state, Award.objects.filter(programme=first).count()) == ("AWARDED", PUPILS)
    assert Notice.objects.filter(ended_on__isnull=False).count() == SCHOOLS * len(PLACES)
    assert {use.pupils - use.taken for use in use_of_quotas(first)} == {0}
    counts = Counter(Application.objects.filter(programme=first).values_list("state", flat=True))
    assert counts == {"AWARDED": PUPILS, "VETTED": 4}
    position = books.position(Fund.objects.get(code=grants.FUND))
    committed = PUPILS * GRANT * 100
    assert (position.committed_fen, position.left_fen) == (committed, grants.RAISED_FEN - committed)
    opened = Application.objects.filter(programme__code=grants.OPEN_CODE, state="ENTERED")
    assert opened.count() >= grants.OPEN_PUPILS
    assert opened.filter(consented_on=None).exists()
    before = Application.objects.count()
    grants.keep()
    assert Application.objects.count() == before


@pytest.mark.django_db
def test_a_list_hangs_now_with_objections_and_somebody_who_stepped_aside(var: Path) -> None:
    house.build_house()
    grants.keep()
    displaying.keep()
    shown = Programme.objects.get(code=displaying.CODE)
    assert Notice.objects.get(programme=shown).ended_on is None
    assert set(Objection.objects.values_list("state", flat=True)) == {"DISMISSED", "UPHELD", "OPEN"}
    assert Recusal.objects.get().why == "KIN"
    own = Application.objects.filter(programme=shown)
    assert set(own.values_list("entered_by__username", flat=True)) == {displaying.COUNTY_OFFICIAL}
    displaying.keep()
    assert Objection.objects.count() == len(displaying.OBJECTIONS)


@pytest.mark.django_db
def test_the_charity_administers_from_general_money_and_voids_a_receipt(var: Path) -> None:
    house.build_house()
    grants.keep()
    payouts.keep()
    campaigns.keep()
    displaying.administer()
    assert Cost.objects.get().fund.code == displaying.GENERAL
    assert Receipt.objects.filter(voids__isnull=False).count() == 1
    displaying.administer()
    assert Cost.objects.count() == 1
