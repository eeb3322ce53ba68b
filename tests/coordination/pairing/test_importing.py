"""The sheets of the room: whole and exact, refused whole, and never twice."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from bangfu.coordination.pairing.models import Pairing, Requirement
from bangfu.coordination.pairing.operations import import_pairings, require_owners, verify_pairings
from bangfu.coordination.pairing.queries import gaps
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.places.models import Place
from tests.cast import CEHENG, NOW, Cast
from tests.coordination.pairing.paired import (
    PINGYANG,
    START,
    ZHELOU,
    Required,
    Row,
    city,
    counts,
    facts,
    imported,
    listed,
    proposed,
    received,
    standing,
)
from tests.foundation.review.looking import looked_at


@pytest.mark.django_db
class TestImportPairings:
    def test_writes_pairings_evidence_and_one_paper(self, cast: Cast, tmp_path: Path) -> None:
        rows = [
            Row(),
            Row(
                place="522327", kind="地方指派到县", level="省级", leader_post="", ends_on=date(2020, 1, 1),
                agreed_until="2020年12月31日",
            ),
        ]  # fmt: skip
        paper = imported(rows, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        names = (
            "unit", "place", "kind", "role", "level", "assigned_by", "document", "leader_post", "starts_on", "ends_on",
            "agreed_until", "revision", "registered_by", "registered_at", "confirmed_at",
        )  # fmt: skip
        said = ("册亨县脱贫攻坚领导小组", "册脱贫组〔2018〕12号")
        assert list(Pairing.objects.order_by("pk").values_list(*names)) == [
            (cast.guizhou.pk, ZHELOU, "VILLAGE", "LEAD", "COUNTY", *said, "副总经理", START, None, None, 1,
             cast.clerk.pk, NOW, None),
            (cast.guizhou.pk, CEHENG, "LOCAL", "LEAD", "PROVINCE", *said, "", START, date(2020, 1, 1),
             date(2020, 12, 31), 1, cast.clerk.pk, NOW, None),
        ]  # fmt: skip
        assert (paper.title, paper.record_count, paper.submitted_by) == ("结对台账.xlsx", 2, cast.clerk)
        assert Attachment.objects.filter(record_type=40).count() == 2
        assert facts() == []

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (Row(unit_code="P53"), "没有编码为「P53」的单位"),
            (Row(place="册亨县没有这个村"), "找不到县或村"),
            (Row(place="522327001999"), "找不到县或村"),
            (Row(place="沽源县"), "找不到县或村"),
            (Row(place="册亨县"), "不是村"),
            (Row(kind="地方指派到县"), "不是县"),
            (Row(evidence="没有.pdf"), "没有.pdf"),
            (Row(place="522327003203", ends_on=START), "不晚于开始日期"),
            (Row(), "与第 2 行重叠"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(self, cast: Cast, tmp_path: Path, row: Row, says: str) -> None:
        act = cast.act(cast.clerk)
        upload = received([Row(), row], unit=cast.guizhou, act=act, folder=tmp_path)
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_pairings(upload=upload, act=act)
        assert [one.row for one in refused.value.rows] == [3]
        assert says in refused.value.rows[0].sentence.zh
        assert counts() == before

    def test_refuses_a_silent_overlap_and_names_the_other_unit(self, cast: Cast, tmp_path: Path) -> None:
        proposed(cast, city(cast))
        upload = received([Row()], unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        with pytest.raises(UnableToImport) as refused:
            import_pairings(upload=upload, act=cast.act(cast.clerk))
        assert "已由黔西南州分公司牵头" in refused.value.rows[0].sentence.zh

    def test_leaves_what_is_there_and_replaces_what_was_proposed(self, cast: Cast, tmp_path: Path) -> None:
        proposed(cast, place=PINGYANG, role="CO")
        act = cast.act(cast.clerk)
        first = imported([Row()], unit=cast.guizhou, act=act, folder=tmp_path)
        verify_pairings(batch=looked_at(first, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        rows = [Row(), Row(place="522327003203")]
        paper = imported(rows, unit=cast.guizhou, act=act, folder=tmp_path, name="二.xlsx")
        assert Pairing.objects.get(place=PINGYANG).role == "LEAD"
        upload = Pairing.objects.get(place=PINGYANG).upload
        assert upload is not None
        assert upload.outcome == {
            "new": 0, "changed": 1, "same": 1, "batch": paper.pk, "address": f"/review/{paper.pk}/",
        }  # fmt: skip

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        upload = received([Row()], unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        for account in (
            cast.clerk_of_yunnan,
            cast.verifier,
            cast.auditor,
            cast.county_official,
            cast.outsider,
        ):
            with pytest.raises(NotPermitted):
                import_pairings(upload=upload, act=cast.act(account))
        assert Pairing.objects.count() == 0

    def test_every_village_of_a_county_comes_in_and_counts_in_seconds(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        villages = list(
            Place.objects.filter(level=5, pk__gte=CEHENG, pk__lt=CEHENG + 10**6).values_list("pk", flat=True)
        )
        # Each village year by year: some 1,900 rows.
        years = 1_900 // len(villages) + 1
        rows = [
            Row(place=str(village), starts_on=date(1990 + year, 1, 1), ends_on=date(1991 + year, 1, 1))
            for village in villages
            for year in range(years)
        ]
        act = cast.act(cast.clerk)
        upload = received(rows, unit=cast.guizhou, act=act, folder=tmp_path)
        started = time.monotonic()
        paper = import_pairings(upload=upload, act=act)
        verify_pairings(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert time.monotonic() - started < 60
        assert Pairing.objects.filter(confirmed_at__isnull=False).count() == len(rows) >= 1_900
        assert standing("pairing.villages", date(1990, 6, 1)) == len(villages)
        assert standing("pairing.units", date(1990, 6, 1)) == 1
        assert standing("pairing.villages", date(1991 + years, 1, 1)) == 0


@pytest.mark.django_db
class TestRequireOwners:
    def test_keeps_the_list_and_changes_its_days(self, cast: Cast) -> None:
        act = cast.act(cast.officer)
        upload = require_owners(upload=listed([Required("522327001200")], unit=cast.group, act=act), act=act)
        assert upload.outcome == {"new": 1, "changed": 0, "same": 0, "address": "/pairing/gaps/"}
        names = ("place", "unit", "starts_on", "ends_on", "document", "listed_by")
        assert list(Requirement.objects.values_list(*names)) == [
            (ZHELOU, cast.group.pk, date(2018, 1, 1), None, "黔扶领〔2017〕30号", cast.officer.pk)
        ]
        shorter = Required("册亨县者楼村", ends_on=date(2018, 1, 11))
        require_owners(upload=listed([shorter], unit=cast.group, act=act), act=act)
        assert gaps(date(2017, 1, 1), date(2020, 1, 1)).rows() == [
            (ZHELOU, date(2018, 1, 1), date(2018, 1, 11), 10)
        ]
        assert gaps(date(2018, 1, 5), date(2018, 1, 7)).rows() == [
            (ZHELOU, date(2018, 1, 5), date(2018, 1, 7), 2)
        ]
        assert gaps(date(2018, 1, 11), date(2020, 1, 1)).rows() == []
        assert gaps(date(2017, 1, 1), date(2020, 1, 1), within=PINGYANG).rows() == []

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (Required("522327003203", ends_on=date(2018, 1, 1)), "不晚于起始日期"),
            (Required("522327003203", starts_on=date(1980, 1, 1)), "1986-01-01"),
            (Required("522327001200", document="另一份"), "已在集团的名单上"),
        ],
    )
    def test_refuses(self, cast: Cast, row: Required, says: str) -> None:
        act = cast.act(cast.officer)
        require_owners(upload=listed([Required("522327001200")], unit=cast.group, act=act), act=act)
        upload = listed([row], unit=cast.guizhou, act=act)
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            require_owners(upload=upload, act=act)
        assert says in refused.value.rows[0].sentence.zh
        assert counts() == before

    def test_a_proposal_or_a_co_supporter_is_no_owner(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.officer)
        require_owners(upload=listed([Required("522327001200")], unit=cast.group, act=act), act=act)
        proposed(cast, city(cast))
        paper = imported([Row(role="参与")], unit=cast.guizhou, act=act, folder=tmp_path)
        verify_pairings(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert gaps(date(2019, 1, 1), date(2019, 1, 31))["days"].to_list() == [30]

    def test_who_may(self, cast: Cast) -> None:
        upload = listed([Required("522327001200")], unit=cast.guizhou, act=cast.act(cast.officer))
        for account in (cast.clerk, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                require_owners(upload=upload, act=cast.act(account))
        assert Requirement.objects.count() == 0
