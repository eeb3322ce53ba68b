"""Coverage: a frozen denominator, verdicts that turn and say why, removals by document, and promises."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bangfu.connectivity.network.models import BaselineVillage, CoverageVerdict
from bangfu.connectivity.network.operations import (
    RemovalDetails,
    TargetDetails,
    VerdictDetails,
    import_baseline,
    import_verdicts,
    register_target,
    register_verdict,
    remove_village,
    submit_record,
    verify_records,
    withdraw_record,
)
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import places_at
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast
from tests.connectivity.network.building import PAPER, posted, received

FROZEN = date(2019, 3, 1)
LOG = (PAPER,)


def villages(count: int = 3) -> list[Place]:
    """Return the first villages of 册亨."""
    return list(places_at(5, within=CEHENG)[:count])


def standing() -> dict[str, int]:
    """Return what stands of each measure: the sum of its facts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, sum(fact.quantity)::int FROM ledger_fact fact"
            " JOIN ledger_cataloguemeasure measure ON measure.id = fact.measure_id GROUP BY 1"
        )
        return dict(cursor.fetchall())


def verified(cast: Cast, record: Any) -> Any:
    """Submit a record and have another person verify it."""
    submit_record(record=record, act=cast.act(cast.clerk))
    verify_records(batch=Batch.objects.latest("pk"), act=cast.act(cast.verifier))
    return record


def frozen(cast: Cast, folder: Path, count: int = 3) -> None:
    """Freeze a list of the first villages of 册亨."""
    rows = [
        {
            "village": village.pk,
            "document_number": "通〔2019〕32号",
            "frozen_on": FROZEN,
            "document": "list.txt",
        }
        for village in villages(count)
    ]
    clerk = cast.act(cast.clerk)
    upload = received("network.baseline", rows, unit=cast.guizhou, act=clerk, folder=folder)
    verify_records(batch=import_baseline(upload=upload, act=clerk), act=cast.act(cast.verifier))


def verdict(village: Place, **changes: Any) -> VerdictDetails:
    """Return what was found of one village."""
    said: dict[str, Any] = {
        "service": "WIRELESS", "verdict": "COVERED", "judged_on": date(2019, 12, 1), "branch": "STATION_WITHIN_5_KM",
    }  # fmt: skip
    return VerdictDetails(place=village, **{**said, **changes})


def judge(cast: Cast, village: Place, **changes: Any) -> CoverageVerdict:
    """Register one verdict with its evidence."""
    return register_verdict(
        details=verdict(village, **changes), unit=cast.guizhou, files=LOG, act=cast.act(cast.clerk)
    )


def refused(call: Any, code: str) -> None:
    """Carry out what is to be refused, and see that nothing was written."""
    before = (CoverageVerdict.objects.count(), BaselineVillage.objects.count(), len(posted()))
    with pytest.raises(Refusal) as caught:
        call()
    after = (CoverageVerdict.objects.count(), BaselineVillage.objects.count(), len(posted()))
    assert (caught.value.code, after) == (code, before)


@pytest.mark.django_db
class TestBaseline:
    def test_freezing_counts_each_village(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path)
        unit, source = cast.guizhou.pk, "network.baseline_village"
        assert posted() == [
            ("network.baseline_villages", 1, unit, village.pk, str(village.pk), FROZEN, source, str(village.pk), 1, None)
            for village in villages()
        ]  # fmt: skip

    def test_a_frozen_list_takes_no_more(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path, count=2)
        row = {
            "village": villages()[2].pk, "document_number": "通〔2019〕32号", "frozen_on": FROZEN,
            "document": "list.txt",
        }  # fmt: skip
        clerk = cast.act(cast.clerk)
        upload = received(
            "network.baseline", [row], unit=cast.guizhou, act=clerk, folder=tmp_path, name="2.xlsx"
        )
        refused(lambda: import_baseline(upload=upload, act=clerk), "rows_refused")

    def test_a_list_has_one_document_and_known_villages(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        one, two = (
            {"village": village.pk, "frozen_on": FROZEN, "document": "l.txt"} for village in villages(2)
        )
        rows = [one | {"document_number": "A"}, two | {"document_number": "B"}]
        upload = received("network.baseline", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        refused(lambda: import_baseline(upload=upload, act=clerk), "rows_refused")
        rows = [one | {"document_number": "A", "village": "522327999999"}]
        upload = received("network.baseline", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        refused(lambda: import_baseline(upload=upload, act=clerk), "rows_refused")


@pytest.mark.django_db
class TestVerdicts:
    def test_counts_when_it_turns_and_says_which_branch(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path)
        village = villages()[0]
        first = verified(cast, judge(cast, village))
        second = verified(cast, judge(cast, village, judged_on=date(2020, 2, 1), branch="SIGNAL_EVERYWHERE"))
        assert (second.supersedes, standing()) == (
            first, {"network.baseline_villages": 3, "network.covered_villages": 1},
        )  # fmt: skip
        third = verified(
            cast, judge(cast, village, judged_on=date(2020, 3, 1), verdict="NOT_COVERED", branch="")
        )
        assert standing()["network.covered_villages"] == 0
        refused(
            lambda: withdraw_record(
                record=second, reason="evidence_failed", remark="x", act=cast.act(cast.clerk)
            ),
            "superseded",
        )
        withdraw_record(record=third, reason="evidence_failed", remark="复测有信号", act=cast.act(cast.clerk))
        assert standing()["network.covered_villages"] == 1

    def test_a_sheet_of_both_services(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path)
        row = {
            "village": villages()[0].pk, "service": "无线（4G）", "verdict": "已覆盖", "branch": "村委会5公里内有基站",
            "judged_on": date(2019, 12, 1), "document": "log.txt",
        }  # fmt: skip
        fibre = row | {"service": "光纤宽带", "branch": "光纤通达村委会"}
        clerk = cast.act(cast.clerk)
        upload = received("network.verdicts", [row, fibre], unit=cast.guizhou, act=clerk, folder=tmp_path)
        verify_records(batch=import_verdicts(upload=upload, act=clerk), act=cast.act(cast.verifier))
        assert standing() == {
            "network.baseline_villages": 3, "network.covered_villages": 1, "network.broadband_villages": 1,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"branch": ""}, "wrong_branch"),
            ({"branch": "FIBRE_TO_VILLAGE"}, "wrong_branch"),
            ({"verdict": "NOT_COVERED"}, "wrong_branch"),
            ({"judged_on": date(2019, 2, 28)}, "before_freezing"),
            ({"judged_on": date(2020, 8, 1)}, "in_future"),
        ],
    )
    def test_refuses(self, cast: Cast, tmp_path: Path, changes: dict[str, Any], code: str) -> None:
        frozen(cast, tmp_path)
        refused(lambda: judge(cast, villages()[0], **changes), code)

    def test_refuses_out_of_turn(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path, count=2)
        refused(lambda: judge(cast, villages()[2]), "not_in_baseline")
        first = judge(cast, villages()[0])
        refused(lambda: judge(cast, villages()[0], judged_on=date(2020, 1, 1)), "earlier_waits")
        verified(cast, first)
        refused(lambda: judge(cast, villages()[0], judged_on=date(2019, 11, 1)), "not_after_last")
        with pytest.raises(NotPermitted):
            register_verdict(
                details=verdict(villages()[1]), unit=cast.guizhou, act=cast.act(cast.clerk_of_yunnan)
            )


@pytest.mark.django_db
class TestRemoval:
    def test_takes_a_covered_village_out_of_both_terms(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path)
        village, clerk = villages()[0], cast.act(cast.clerk)
        covered = verified(cast, judge(cast, village))
        details = RemovalDetails(place=village, document_number="通〔2020〕5号", removed_on=date(2020, 5, 1))
        removal = verified(cast, remove_village(details=details, unit=cast.guizhou, files=LOG, act=clerk))
        assert standing() == {"network.baseline_villages": 2, "network.covered_villages": 0}
        refused(lambda: judge(cast, village, judged_on=date(2020, 6, 1)), "removed")
        refused(
            lambda: withdraw_record(record=covered, reason="withdrawn", remark="x", act=clerk), "superseded"
        )
        withdraw_record(record=removal, reason="withdrawn", remark="文件撤销", act=clerk)
        assert standing() == {"network.baseline_villages": 3, "network.covered_villages": 1}

    def test_refuses_before_the_last_verdict(self, cast: Cast, tmp_path: Path) -> None:
        frozen(cast, tmp_path)
        verified(cast, judge(cast, villages()[0]))
        details = RemovalDetails(place=villages()[0], document_number="D", removed_on=date(2019, 11, 1))
        act = cast.act(cast.clerk)
        refused(lambda: remove_village(details=details, unit=cast.guizhou, act=act), "before_verdict")


@pytest.mark.django_db
class TestTarget:
    def test_posts_what_was_promised(self, cast: Cast) -> None:
        details = TargetDetails(
            place=Place.objects.get(pk=CEHENG), goal="BROADBAND", village_count=118, document_number="D",
            promised_on=FROZEN,
        )  # fmt: skip
        act = cast.act(cast.clerk)
        verified(cast, register_target(details=details, unit=cast.guizhou, files=LOG, act=act))
        assert standing() == {"network.target_broadband_villages": 118}


@pytest.mark.django_db
def test_pages_show_verdicts_branch_and_list(cast: Cast, client: Client, tmp_path: Path) -> None:
    frozen(cast, tmp_path)
    found = verified(cast, judge(cast, villages()[0]))
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"/network/verdicts/{found.pk}/").content.decode()
    for part in ("村委会5公里内有基站", "通〔2019〕32号", "已覆盖"):
        assert part in text
    for slug in ("baseline", "removals", "verdicts", "targets"):
        assert client.get(f"/network/{slug}/?place={CEHENG}").status_code == 200
    assert client.get("/network/baseline/").context["page"].paginator.count == 3
