"""Each operation on single stations and papers: whole and exact, every refusal with nothing written, who may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from bangfu.connectivity.network.models import Correction, Site, Station
from bangfu.connectivity.network.operations import (
    UnableToCorrect,
    UnableToRevise,
    UnableToSubmit,
    UnableToWithdraw,
    correct_station,
    register_station,
    return_station,
    return_stations,
    revise_station,
    storing,
    submit_station,
    verify_station,
    verify_stations,
    withdraw_station,
)
from bangfu.connectivity.network.queries import state_of
from bangfu.connectivity.network.rules import UnableToRegister
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.operations import UnableToPost, post
from bangfu.foundation.operations import NotPermitted, Refusal, Scope, operation
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import UnableToReview, deciding
from tests.cast import CEHENG, GUYUAN, Cast, enter_cast
from tests.connectivity.network.reporting import LOG, Row, Sheet, counts, details, facts, imported, station
from tests.foundation.review.looking import looked_at

SECOND_TOWN = 522327103000
WANGMO = 522326000000
DAY = date(2019, 9, 12)
SOURCE = "network.station"


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> Refusal:
    """Check that a call is refused with a code in both languages and nothing is written; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.sentence.zh
    assert refused.value.sentence.en
    assert counts() == before
    return refused.value


def registered(cast: Cast, **changes: Any) -> Station:
    return register_station(
        details=details(CEHENG, **changes), unit=cast.guizhou, files=(LOG,), act=cast.act(cast.clerk)
    )


def submitted(cast: Cast, **changes: Any) -> Station:
    return submit_station(station=registered(cast, **changes), act=cast.act(cast.clerk))


def verified(cast: Cast, **changes: Any) -> Station:
    return verify_station(station=submitted(cast, **changes), act=cast.act(cast.verifier))


@pytest.mark.django_db
class TestRegisterStation:
    def test_keeps_a_draft_with_its_evidence(self, cast: Cast) -> None:
        kept = registered(cast, band="900 MHz", site_name="双江站址")
        assert (kept.code, kept.unit, kept.place_id, kept.site.code, kept.site.name, kept.band, kept.revision) == (
            "GZ-CH-0417", cast.guizhou, CEHENG, "TT-522327-0103", "双江站址", "900 MHz", 1,
        )  # fmt: skip
        assert (kept.registered_by, kept.upload, state_of(kept)) == (cast.clerk, None, "DRAFT")
        assert list(Attachment.objects.values_list("record_id", "kind", "name")) == [
            (kept.pk, "TEST_LOG", "GZ-CH-0417.txt")
        ]
        assert facts() == []

    @pytest.mark.parametrize(
        ("place", "changes", "code"),
        [
            (CEHENG, {"on_air_on": date(2019, 9, 13)}, "on_air_after_acceptance"),
            (CEHENG, {"capitalised_on": date(2019, 8, 29)}, "capitalised_before_on_air"),
            (CEHENG, {"accepted_on": date(2020, 8, 1)}, "in_future"),
            (CEHENG, {"on_air_on": date(1980, 1, 1)}, "too_early"),
            (GUYUAN, {}, "outside_unit"),
            (522300000000, {}, "above_county"),
            (520000000000, {}, "above_county"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, place: int, changes: dict[str, Any], code: str) -> None:
        said = details(place, **changes)
        act = cast.act(cast.officer)
        refuses(UnableToRegister, code, lambda: register_station(details=said, unit=cast.guizhou, act=act))

    def test_refuses_a_code_that_is_registered(self, cast: Cast) -> None:
        registered(cast)
        refusal = refuses(UnableToRegister, "registered_already", lambda: registered(cast))
        assert "本单位登记（草稿）" in refusal.sentence.zh

    def test_refuses_a_code_of_another_unit(self, cast: Cast) -> None:
        registered(cast)
        said = details(530325000000, site_code="TT-530325-0001")
        act = cast.act(cast.clerk_of_yunnan)
        refusal = refuses(
            UnableToRegister,
            "registered_elsewhere",
            lambda: register_station(details=said, unit=cast.yunnan, act=act),
        )
        assert "贵州省分公司" in refusal.sentence.zh

    def test_refuses_what_another_system_has_counted(self, cast: Cast) -> None:
        withdrawn = verified(cast)
        withdraw_station(station=withdrawn, reason="withdrawn", remark="重来", act=cast.act(cast.clerk))
        count_elsewhere(of=withdrawn, act=cast.act(cast.administrator))
        refuses(UnableToRegister, "counted_elsewhere", lambda: registered(cast))

    def test_refuses_a_site_of_another_county(self, cast: Cast) -> None:
        registered(cast)
        said = details(WANGMO, code="GZ-WM-0001")
        act = cast.act(cast.clerk)
        refuses(
            UnableToRegister,
            "site_elsewhere",
            lambda: register_station(details=said, unit=cast.guizhou, act=act),
        )

    def test_the_same_request_key_registers_once(self, cast: Cast) -> None:
        act = cast.act(cast.clerk, key="one")
        first = register_station(details=details(CEHENG), unit=cast.guizhou, files=(LOG,), act=act)
        after = counts()
        assert register_station(details=details(CEHENG), unit=cast.guizhou, files=(LOG,), act=act) == first
        assert counts() == after

    def test_who_may(self, cast: Cast) -> None:
        said = details(CEHENG)
        for account in (
            cast.clerk_of_yunnan,
            cast.verifier,
            cast.auditor,
            cast.county_official,
            cast.outsider,
        ):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: register_station(
                details=said, unit=cast.guizhou, act=act))  # fmt: skip
        register_station(details=said, unit=cast.guizhou, act=cast.act(cast.officer))


@operation("tests.count_elsewhere", scope=lambda **_: Scope())
def _declared(*, of: Station, act: Any) -> None:
    """Count a station's code as another system would."""
    from bangfu.connectivity.network.measures import STATIONS

    source = Source("another.system", of.code)
    post(
        STATIONS,
        1,
        of=of,
        unit=of.unit_id,
        place=of.place_id,
        on=DAY,
        source=source,
        identity=of.code,
        act=act,
    )


def count_elsewhere(*, of: Station, act: Any) -> None:
    with patch("bangfu.foundation.operations.decorator.allows", lambda *_: True):
        _declared(of=of, act=act)


@pytest.mark.django_db
class TestReviseStation:
    def test_changes_a_draft(self, cast: Cast) -> None:
        kept = registered(cast)
        said = details(SECOND_TOWN, accepted_on=date(2019, 10, 1), sharer="另一家", on_air_on=None)
        changed = revise_station(
            station=kept, details=said, files=(("更多.txt", b"more"),), act=cast.act(cast.clerk)
        )
        assert (changed.pk, changed.place_id, changed.accepted_on, changed.sharer, changed.on_air_on) == (
            kept.pk, SECOND_TOWN, date(2019, 10, 1), "另一家", None,
        )  # fmt: skip
        assert Attachment.objects.filter(record_id=kept.pk).count() == 2

    def test_moves_the_site_with_its_only_station(self, cast: Cast) -> None:
        kept = registered(cast)
        revise_station(station=kept, details=details(WANGMO), act=cast.act(cast.clerk))
        assert Site.objects.get().place_id == WANGMO

    def test_refuses_to_move_a_shared_site(self, cast: Cast) -> None:
        kept = registered(cast)
        registered(cast, code="GZ-CH-0418", technology="NB")
        act = cast.act(cast.clerk)
        refuses(
            UnableToRegister,
            "site_elsewhere",
            lambda: revise_station(station=kept, details=details(WANGMO), act=act),
        )

    def test_refuses_when_nothing_changed(self, cast: Cast) -> None:
        kept, act = registered(cast), cast.act(cast.clerk)
        refuses(
            UnableToRevise,
            "nothing_changed",
            lambda: revise_station(station=kept, details=details(CEHENG), act=act),
        )

    def test_refuses_once_it_is_submitted(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.clerk)
        said = details(CEHENG, band="1800 MHz")
        refuses(UnableToRevise, "not_open", lambda: revise_station(station=kept, details=said, act=act))

    def test_who_may(self, cast: Cast) -> None:
        kept, said = registered(cast), details(CEHENG, band="1800 MHz")
        act = cast.act(cast.clerk_of_yunnan)
        refuses(NotPermitted, "out_of_scope", lambda: revise_station(station=kept, details=said, act=act))


@pytest.mark.django_db
class TestSubmitStation:
    def test_puts_it_on_a_paper_of_its_own(self, cast: Cast) -> None:
        kept = submitted(cast)
        paper = Batch.objects.get()
        assert (paper.title, paper.unit, paper.record_count, paper.submitted_by, state_of(kept)) == (
            "基站 GZ-CH-0417", cast.guizhou, 1, cast.clerk, "SUBMITTED",
        )  # fmt: skip

    def test_refuses_without_evidence(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        bare = register_station(details=details(CEHENG), unit=cast.guizhou, act=act)
        refuses(UnableToSubmit, "evidence_missing", lambda: submit_station(station=bare, act=act))

    def test_refuses_twice(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.clerk)
        refuses(UnableToReview, "submitted_already", lambda: submit_station(station=kept, act=act))

    def test_refuses_a_withdrawn_one(self, cast: Cast) -> None:
        kept, act = registered(cast), cast.act(cast.clerk)
        withdraw_station(station=kept, reason="withdrawn", remark="录错", act=act)
        refuses(UnableToSubmit, "withdrawn", lambda: submit_station(station=kept, act=act))

    def test_who_may(self, cast: Cast) -> None:
        kept, act = registered(cast), cast.act(cast.verifier)
        refuses(NotPermitted, "out_of_scope", lambda: submit_station(station=kept, act=act))


@pytest.mark.django_db
class TestVerifyStation:
    def test_counts_it_once(self, cast: Cast) -> None:
        kept = verified(cast)
        assert facts() == [(1, cast.guizhou.pk, CEHENG, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 1, None)]
        assert (state_of(kept), Batch.objects.get().state) == ("VERIFIED", "VERIFIED")

    def test_refuses_the_submitter(self, cast: Cast) -> None:
        kept = registered(cast)
        grant_verifier(cast)
        submit_station(station=kept, act=cast.act(cast.clerk))
        act = cast.act(cast.clerk)
        refuses(UnableToReview, "same_person", lambda: verify_station(station=kept, act=act))

    def test_refuses_twice(self, cast: Cast) -> None:
        kept, act = verified(cast), cast.act(cast.verifier)
        refuses(UnableToReview, "decided_already", lambda: verify_station(station=kept, act=act))

    def test_refuses_what_somebody_counted_meanwhile(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.verifier)
        count_elsewhere(of=kept, act=cast.act(cast.administrator))
        refuses(UnableToPost, "counted_already", lambda: verify_station(station=kept, act=act))

    def test_review_refuses_what_has_no_evidence(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.verifier)
        paper = looked_at(Batch.objects.get(), act)
        with patch.object(deciding, "has_evidence", lambda *asked: set()):
            refuses(UnableToReview, "evidence_missing", lambda: verify_station(station=kept, act=act))
            refuses(UnableToReview, "evidence_missing", lambda: verify_stations(batch=paper, act=act))

    def test_who_may(self, cast: Cast) -> None:
        kept = submitted(cast)
        for account in (
            cast.clerk_of_yunnan,
            cast.officer,
            cast.auditor,
            cast.county_official,
            cast.outsider,
        ):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: verify_station(station=kept, act=act))


def grant_verifier(cast: Cast) -> None:
    """Let the clerk verify as well: one person with both roles still cannot do both to one record."""
    from bangfu.foundation.organisation.operations import grant_role
    from tests.cast import FOUNDED

    grant_role(
        account=cast.clerk,
        role="verifier",
        unit=cast.guizhou,
        starts_on=FOUNDED,
        act=cast.act(cast.security),
    )


@pytest.mark.django_db
class TestReturnStation:
    def test_gives_it_back_with_the_reason_and_takes_it_again(self, cast: Cast) -> None:
        kept = submitted(cast)
        return_station(station=kept, remark="照片看不清", act=cast.act(cast.verifier))
        assert (state_of(kept), facts()) == ("RETURNED", [])
        revise_station(station=kept, details=details(CEHENG, band="900 MHz"), act=cast.act(cast.clerk))
        submit_station(station=kept, act=cast.act(cast.clerk))
        verify_station(station=kept, act=cast.act(cast.verifier))
        assert [fact[3] for fact in facts()] == ["GZ-CH-0417"]

    def test_refuses_without_a_reason(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.verifier)
        refuses(UnableToReview, "remark_missing", lambda: return_station(station=kept, remark=" ", act=act))

    def test_who_may(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.clerk)
        refuses(NotPermitted, "out_of_scope", lambda: return_station(station=kept, remark="x", act=act))


@pytest.mark.django_db
class TestVerifyStations:
    def paper(self, cast: Cast, folder: Path) -> Batch:
        rows = [Row("GZ-CH-0417"), Row("GZ-CH-0418", technology="NB", accepted_on=date(2020, 1, 2))]
        return imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=folder)

    def test_counts_every_station_of_the_paper(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.verifier)
        paper = verify_stations(batch=looked_at(self.paper(cast, tmp_path), act), act=act)
        assert (paper.state, paper.decided_by) == ("VERIFIED", cast.verifier)
        unit = cast.guizhou.pk
        assert facts() == [
            (1, unit, CEHENG, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 1, None),
            (1, unit, CEHENG, "GZ-CH-0418", date(2020, 1, 2), SOURCE, "GZ-CH-0418", 1, None),
        ]

    def test_counts_nothing_when_one_cannot_be_counted(self, cast: Cast, tmp_path: Path) -> None:
        paper = self.paper(cast, tmp_path)
        count_elsewhere(of=station("GZ-CH-0418"), act=cast.act(cast.administrator))
        act = cast.act(cast.verifier)
        looked_at(paper, act)
        refuses(UnableToPost, "counted_already", lambda: verify_stations(batch=paper, act=act))
        assert Batch.objects.get(pk=paper.pk).state == "SUBMITTED"

    def test_refuses_the_submitter_and_a_second_decision(self, cast: Cast, tmp_path: Path) -> None:
        grant_verifier(cast)
        paper, own = self.paper(cast, tmp_path), cast.act(cast.clerk)
        refuses(UnableToReview, "same_person", lambda: verify_stations(batch=paper, act=own))
        act = cast.act(cast.verifier)
        refuses(UnableToReview, "sample_open", lambda: verify_stations(batch=paper, act=act))
        verify_stations(batch=looked_at(paper, act), act=act)
        refuses(UnableToReview, "decided_already", lambda: verify_stations(batch=paper, act=act))

    def test_the_same_request_key_verifies_once(self, cast: Cast, tmp_path: Path) -> None:
        paper, act = self.paper(cast, tmp_path), cast.act(cast.verifier, key="one")
        verify_stations(batch=looked_at(paper, cast.act(cast.verifier)), act=act)
        after = counts()
        assert verify_stations(batch=paper, act=act) == paper
        assert counts() == after

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        paper = self.paper(cast, tmp_path)
        for account in (cast.clerk, cast.clerk_of_yunnan, cast.officer, cast.auditor, cast.outsider):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: verify_stations(batch=paper, act=act))


@pytest.mark.django_db
class TestReturnStations:
    def test_gives_the_paper_back(self, cast: Cast, tmp_path: Path) -> None:
        paper = imported(
            Sheet([Row("GZ-CH-0417")]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path
        )
        act = cast.act(cast.verifier)
        refuses(UnableToReview, "remark_missing", lambda: return_stations(batch=paper, remark="", act=act))
        assert return_stations(batch=paper, remark="缺验收单", act=act).state == "RETURNED"
        assert (state_of(station("GZ-CH-0417")), facts()) == ("RETURNED", [])

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        own = cast.act(cast.clerk)
        paper = imported(Sheet([Row("GZ-CH-0417")]), unit=cast.guizhou, act=own, folder=tmp_path)
        refuses(NotPermitted, "out_of_scope", lambda: return_stations(batch=paper, remark="x", act=own))


@pytest.mark.django_db
class TestCorrectStation:
    def said(self, place: int = WANGMO, **changes: Any) -> dict[str, Any]:
        said = {"accepted_on": DAY, "reason": "wrong_place", "remark": "县工信局来函", **changes}
        return {"place": Place.objects.get(pk=place), **said}

    def test_takes_the_fact_back_and_counts_the_next_revision_after_review(self, cast: Cast) -> None:
        kept = verified(cast)
        corrected = correct_station(station=kept, act=cast.act(cast.clerk), **self.said())
        assert (corrected.revision, corrected.place_id, corrected.site.place_id) == (2, WANGMO, WANGMO)
        assert (state_of(corrected), Batch.objects.latest("pk").title) == ("SUBMITTED", "更正 GZ-CH-0417")
        assert list(
            Correction.objects.values_list(
                "station", "revision", "place", "accepted_on", "reason", "remark", "corrected_by"
            )
        ) == [(kept.pk, 1, CEHENG, DAY, "wrong_place", "县工信局来函", cast.clerk.pk)]
        verify_stations(
            batch=looked_at(Batch.objects.latest("pk"), cast.act(cast.verifier)), act=cast.act(cast.verifier)
        )
        unit = cast.guizhou.pk
        assert facts() == [
            (1, unit, CEHENG, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 1, None),
            (-1, unit, CEHENG, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 1, "wrong_place"),
            (1, unit, WANGMO, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 2, None),
        ]

    def test_whoever_corrects_does_not_verify(self, cast: Cast) -> None:
        kept = verified(cast)
        grant_verifier(cast)
        act = cast.act(cast.clerk)
        corrected = correct_station(station=kept, act=act, **self.said())
        refuses(UnableToReview, "same_person", lambda: verify_station(station=corrected, act=act))

    @pytest.mark.parametrize(
        ("place", "changes", "code"),
        [
            (CEHENG, {}, "nothing_changed"),
            (WANGMO, {"reason": "duplicate_report"}, "unknown_reason"),
            (WANGMO, {"reason": "wrong_date"}, "reason_not_changed"),
            (CEHENG, {"accepted_on": date(2019, 10, 1)}, "reason_not_changed"),
            (WANGMO, {"remark": "  "}, "remark_missing"),
        ],
    )
    def test_refuses_what_is_no_correction(
        self, cast: Cast, place: int, changes: dict[str, Any], code: str
    ) -> None:
        kept, act = verified(cast), cast.act(cast.clerk)
        said = self.said(place, **changes)
        refuses(UnableToCorrect, code, lambda: correct_station(station=kept, act=act, **said))

    def test_refuses_what_could_not_be_registered(self, cast: Cast) -> None:
        kept, act = verified(cast), cast.act(cast.clerk)
        early = self.said(CEHENG, accepted_on=date(2019, 8, 1), reason="wrong_date")
        refuses(
            UnableToRegister,
            "on_air_after_acceptance",
            lambda: correct_station(station=kept, act=act, **early),
        )

    def test_a_shared_site_needs_another_code(self, cast: Cast) -> None:
        kept, act = verified(cast), cast.act(cast.clerk)
        registered(cast, code="GZ-CH-0418", technology="NB")
        refuses(
            UnableToRegister,
            "site_elsewhere",
            lambda: correct_station(station=kept, act=act, **self.said()),
        )
        corrected = correct_station(station=kept, act=act, site_code="TT-522326-0001", **self.said())
        assert (corrected.site.code, corrected.site.place_id) == ("TT-522326-0001", WANGMO)
        assert Site.objects.get(code="TT-522327-0103").place_id == CEHENG

    def test_refuses_what_is_not_counted(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.clerk)
        refuses(UnableToCorrect, "not_counted", lambda: correct_station(station=kept, act=act, **self.said()))

    def test_who_may(self, cast: Cast) -> None:
        kept = verified(cast)
        for account in (
            cast.clerk_of_yunnan,
            cast.verifier,
            cast.auditor,
            cast.county_official,
            cast.outsider,
        ):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: correct_station(
                station=kept, act=act, **self.said()))  # fmt: skip


@pytest.mark.django_db
class TestWithdrawStation:
    def test_takes_the_fact_back_and_keeps_the_record(self, cast: Cast) -> None:
        kept = verified(cast)
        gone = withdraw_station(
            station=kept,
            reason="duplicate_report",
            remark=" 与 GZ-CH-0400 重复 ",
            act=cast.act(cast.verifier),
        )
        assert (gone.withdrawn_by, gone.withdrawal_reason, gone.withdrawal_remark, state_of(gone)) == (
            cast.verifier, "duplicate_report", "与 GZ-CH-0400 重复", "WITHDRAWN",
        )  # fmt: skip
        unit = cast.guizhou.pk
        assert facts() == [
            (1, unit, CEHENG, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 1, None),
            (-1, unit, CEHENG, "GZ-CH-0417", DAY, SOURCE, "GZ-CH-0417", 1, "duplicate_report"),
        ]
        assert Attachment.objects.filter(record_id=kept.pk).count() == 1

    def test_a_draft_leaves_no_fact(self, cast: Cast) -> None:
        withdraw_station(
            station=registered(cast), reason="withdrawn", remark="录错", act=cast.act(cast.clerk)
        )
        assert facts() == []

    def test_the_code_can_be_registered_again(self, cast: Cast) -> None:
        withdraw_station(station=verified(cast), reason="withdrawn", remark="录错", act=cast.act(cast.clerk))
        again = registered(cast)
        assert again.revision == 2

    def test_refuses(self, cast: Cast) -> None:
        kept, act = submitted(cast), cast.act(cast.clerk)

        def attempt(reason: str = "withdrawn", remark: str = "录错") -> object:
            return withdraw_station(station=kept, reason=reason, remark=remark, act=act)

        refuses(UnableToWithdraw, "under_review", attempt)
        verify_station(station=kept, act=cast.act(cast.verifier))
        refuses(UnableToWithdraw, "unknown_reason", lambda: attempt(reason="mood"))
        refuses(UnableToWithdraw, "remark_missing", lambda: attempt(remark=" "))
        attempt()
        refuses(UnableToWithdraw, "withdrawn_already", attempt)

    def test_who_may(self, cast: Cast) -> None:
        kept = verified(cast)
        for account in (cast.clerk_of_yunnan, cast.auditor, cast.county_official, cast.outsider):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: withdraw_station(
                station=kept, reason="withdrawn", remark="x", act=act))  # fmt: skip


class TestTwoAtOnceOnOneCode:
    """A clerk and an officer register the same code by hand at the same moment."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_one_station_stands(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        outcomes: list[object] = [None, None]
        together = threading.Barrier(2, timeout=20)

        def carry_out(number: int) -> None:
            together.wait()
            actor = (cast.clerk, cast.officer)[number]
            try:
                outcomes[number] = register_station(
                    details=details(CEHENG), unit=cast.guizhou, files=(LOG,), act=cast.act(actor)
                )
            except Refusal as refusal:
                outcomes[number] = refusal.code
            finally:
                connection.close()

        with nullcontext() if locks else patch.object(storing, "lock_codes", lambda *codes: None):
            threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        assert Station.objects.filter(code="GZ-CH-0417").count() == 1
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
        assert refused in (
            {"registered_already"} if locks else {"registered_already", "registered_elsewhere"}
        )
