"""Loading of the example: whole, once, taken up again when it was cut short, and never into another's house."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from bangfu.connectivity.network.models import Station
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.queries import unsealed_facts
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import home_unit, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from example import house, loading
from example import papers as example_papers
from example.distribution import allocation
from example.loading import NotTheExample, load_example
from example.shop import orders_at
from tests.cast import CEHENG, enter_cast

SCALE = 0.02


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings) -> Path:
    """A folder of the test's own for what the example writes."""
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path


class TestLoadExample:
    def test_brings_in_every_branch_as_it_would_itself(
        self, own_database: str, var: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wanted = [paper for paper in loading.papers(SCALE) if paper.layout == "network.stations"]
        monkeypatch.setattr(loading, "papers", lambda scale, **_: wanted)
        told: list[tuple[int, int]] = []
        loaded = load_example(SCALE, progress=lambda done, all_: told.append((done, all_)))

        planned = sum(sum(one.stations.values()) for members in allocation(SCALE).values() for one in members)
        assert (loaded.stations, loaded.papers, Station.objects.count()) == (planned, len(wanted), planned)
        rows = sum(paper.weight for paper in wanted)
        orders = orders_at(SCALE, full=False)
        assert told[len(wanted) - 1] == (rows, rows + orders)
        assert told[-1] == (rows + orders, rows + orders)
        stations = Fact.objects.filter(measure_id=measure_number("network.base_stations"))
        assert stations.count() == planned
        assert unsealed_facts() == 0
        assert set(Batch.objects.values_list("state", flat=True)) == {"VERIFIED"}
        keys = list(Station.objects.values_list("pk", flat=True))
        assert has_evidence(1, keys) == set(keys)
        ceheng = Station.objects.filter(place=CEHENG, accepted_on__year=2019)
        assert ceheng.count() == max(1, round(46 * SCALE))

        done = AuditEntry.objects.count()
        assert load_example(SCALE).papers == 0
        assert AuditEntry.objects.count() == done

        on = date(2020, 1, 1)
        clerk, official = (Account.objects.get(username=name) for name in ("weilan", "luowen"))
        assert set(
            Station.objects.filter(within_grants(official, "network.view", on)).values_list(
                "place", flat=True
            )
        ) == {CEHENG}
        seen = Station.objects.filter(within_grants(clerk, "network.view", on)).values_list(
            "unit__code", flat=True
        )
        assert set(seen) == {"EX-52"}
        assert {name: getattr(home_unit(Account.objects.get(username=name), on), "code", None) for name in (
            "zhoumin", "chenli", "luowen", "hejing", "linyi")} == {
            "zhoumin": "OFFICE", "chenli": "OFFICE", "luowen": "EX-522327", "hejing": "AUDIT", "linyi": None,
        }  # fmt: skip

    def test_keeps_the_passwords_to_the_owner(self, own_database: str, var: Path) -> None:
        house.build_house()
        path = house.accounts_file()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        first = path.read_text()
        house.build_house()
        assert path.read_text() == first
        assert len(house.passwords()) == Account.objects.count() == 47
        assert all(
            Account.objects.get(username=name).check_password(password)
            for name, password in house.passwords().items()
        )

    @pytest.mark.parametrize("cut", ["receive_upload", "draw_sample", "look_at", "seal_pending"])
    def test_goes_on_where_it_was_cut_short(
        self, own_database: str, var: Path, monkeypatch: pytest.MonkeyPatch, cut: str
    ) -> None:
        """The fourth paper's step is done, then everything stops."""
        few = loading.papers(SCALE)[25:31]
        monkeypatch.setattr(loading, "papers", lambda scale, **_: few)
        step, calls = getattr(example_papers, cut), 0

        class CutShort(Exception):  # noqa: N818
            pass

        def then_stop(**arguments: object) -> object:
            nonlocal calls
            calls += 1
            done = step(**arguments)
            if calls == 4:
                raise CutShort
            return done

        with monkeypatch.context() as patched:
            patched.setattr(example_papers, cut, then_stop)
            with pytest.raises(CutShort):
                load_example(SCALE)
        loaded = load_example(SCALE)
        planned = sum(paper.weight for paper in few)
        stations = Fact.objects.filter(measure_id=measure_number("network.base_stations"))
        assert loaded.papers == (2 if cut == "seal_pending" else 3)
        assert (Station.objects.count(), stations.count()) == (planned, planned)
        assert Upload.objects.filter(layout=few[0].layout).count() == len(few)
        assert unsealed_facts() == 0


@pytest.mark.django_db
class TestAnotherHouse:
    def test_is_never_touched(self, var: Path) -> None:
        enter_cast()
        before = Unit.objects.count(), Account.objects.count(), AuditEntry.objects.count()
        with pytest.raises(NotTheExample) as refused:
            load_example(SCALE)
        assert "示例没有载入" in str(refused.value)
        assert "was not loaded" in str(refused.value)
        assert (Unit.objects.count(), Account.objects.count(), AuditEntry.objects.count()) == before
        assert not (var / "example-accounts.txt").exists()
