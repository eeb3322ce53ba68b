"""What may be done with pledges, each operation by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.models import LightRule, NilReport, Pledge, Step, Target, Version
from bangfu.reporting.targets.operations import (
    approve_pledge,
    attach_document,
    declare_nil,
    draft_pledge,
    drop_target,
    lay_down_rule,
    return_pledge,
    revise_pledge,
    set_target,
    split_target,
    submit_pledge,
)
from bangfu.reporting.targets.rules import (
    TargetDetails,
    UnableToAnswer,
    UnableToDecide,
    UnableToPledge,
    UnableToSetTarget,
    UnableToSplit,
)
from tests.cast import CEHENG, Cast
from tests.reporting.story import Story
from tests.reporting.targets.pledged import (
    CADRES,
    PDF,
    PUT_IN,
    SIGNED,
    STATIONS,
    act,
    approved,
    drafted,
    entered,
    in_force,
)


def parts_of(version: Version, indicator: str) -> dict[str, Decimal]:
    found = Target.objects.filter(version=version, indicator=indicator).select_related("unit")
    return {one.unit.code: one.quantity for one in found.order_by("unit__path")}


class TestDraftPledge:
    def test_keeps_what_was_said_with_its_document(self, cast: Cast) -> None:
        version = drafted(cast)
        assert (version.number, version.document, version.effective_on) == (1, "帮扶办〔2020〕1号", SIGNED)
        assert (version.pledge.year, version.pledge.title) == (2020, "定点帮扶责任书")
        assert queries.state_of(version.pk) == ""
        assert AuditEntry.objects.filter(operation="targets.draft_pledge").count() == 1

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"title": " "}, "title_missing"),
            ({"document": " "}, "document_missing"),
            ({"year": 1999}, "year"),
            ({"signed_on": date(2020, 7, 6)}, "signed_in_future"),
        ],
    )
    def test_refuses_what_is_missing(self, cast: Cast, said: dict[str, object], code: str) -> None:
        with pytest.raises(UnableToPledge) as refused:
            drafted(cast, **said)
        assert refused.value.code == code
        assert not Pledge.objects.exists()

    def test_refuses_the_same_pledge_twice(self, cast: Cast) -> None:
        drafted(cast)
        with pytest.raises(UnableToPledge) as refused:
            drafted(cast)
        assert refused.value.code == "known_already"
        assert Pledge.objects.count() == 1

    def test_the_same_key_drafts_once(self, cast: Cast) -> None:
        said = {
            "unit": cast.group, "year": 2020, "title": "责任书", "document": "1号", "signed_on": SIGNED,
        }  # fmt: skip
        first = draft_pledge(**said, act=act(cast.officer, key="k"))
        again = draft_pledge(**said, act=act(cast.officer, key="k"))
        assert (first.pk, Version.objects.count()) == (again.pk, 1)

    def test_is_for_officers(self, cast: Cast) -> None:
        for account in (cast.clerk, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                draft_pledge(
                    unit=cast.group, year=2020, title="x", document="x", signed_on=SIGNED, act=act(account)
                )


class TestSetTarget:
    def test_enters_and_changes_a_target_of_a_draft(self, cast: Cast) -> None:
        version = drafted(cast)
        target = entered(cast, version, PUT_IN, "1500000.50")
        assert (target.quantity, target.due_on, target.direction) == (
            Decimal("1500000.50"),
            date(2020, 12, 31),
            "AT_LEAST",
        )
        details = TargetDetails(PUT_IN, cast.group, Decimal(9), direction="AT_MOST", due_on=date(2020, 6, 30))
        set_target(version=version, details=details, target=target, act=act(cast.officer))
        changed = Target.objects.get()
        assert (changed.quantity, changed.direction, changed.due_on) == (
            Decimal(9),
            "AT_MOST",
            date(2020, 6, 30),
        )

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"indicator": "network.nothing"}, "unknown_indicator"),
            ({"indicator": "network.wireless_target"}, "no_number"),
            ({"due_on": date(2021, 1, 1)}, "due_elsewhere"),
            ({"quantity": Decimal("1.5")}, "decimals"),
            ({"quantity": Decimal(-1)}, "negative"),
            ({"quantity": Decimal(10) ** 15}, "too_large"),
            ({"indicator": CADRES, "reserve": Decimal(1)}, "reserve"),
        ],
    )
    def test_refuses_what_is_no_target(self, cast: Cast, said: dict[str, object], code: str) -> None:
        version = drafted(cast)
        given: dict[str, object] = {
            "indicator": STATIONS,
            "unit": cast.group,
            "quantity": Decimal(1),
            **said,
        }
        with pytest.raises(UnableToSetTarget) as refused:
            set_target(version=version, details=TargetDetails(**given), act=act(cast.officer))
        assert refused.value.code == code
        assert not Target.objects.exists()

    def test_refuses_a_unit_that_did_not_sign_and_the_same_twice(self, cast: Cast) -> None:
        version = drafted(cast, unit=cast.guizhou)
        with pytest.raises(UnableToSetTarget) as refused:
            entered(cast, version, STATIONS, 1, cast.yunnan)
        assert refused.value.code == "not_below"
        entered(cast, version, STATIONS, 1, cast.guizhou)
        with pytest.raises(UnableToSetTarget) as refused:
            entered(cast, version, STATIONS, 2, cast.guizhou)
        assert refused.value.code == "same_twice"
        assert [one.quantity for one in Target.objects.all()] == [Decimal(1)]

    def test_takes_nothing_after_submission(self, cast: Cast) -> None:
        version = drafted(cast)
        target = entered(cast, version, STATIONS, 1)
        submit_pledge(version=version, act=act(cast.officer))
        for attempt in (
            lambda: entered(cast, version, CADRES, 1),
            lambda: drop_target(version=version, target=target, act=act(cast.officer)),
            lambda: attach_document(version=version, files=(("a.pdf", PDF),), act=act(cast.officer)),
            lambda: split_target(
                version=version, target=target, level="PROVINCE", by="even", act=act(cast.officer)
            ),
        ):
            with pytest.raises(UnableToPledge) as refused:
                attempt()
            assert refused.value.code == "not_a_draft"

    def test_nor_does_the_database(self, cast: Cast) -> None:
        target = Target.objects.get(version=in_force(cast), indicator=STATIONS, unit=cast.group)
        for change in (
            lambda: Target.objects.filter(pk=target.pk).update(quantity=1),
            lambda: Target.objects.filter(pk=target.pk).delete(),
            lambda: Target.objects.create(
                version=target.version, indicator=PUT_IN, unit=cast.group, quantity=1, due_on=target.due_on,
                entered_by=cast.officer,
            ),
        ):  # fmt: skip
            with (
                system_writes("somebody meddles"),
                pytest.raises((IntegrityError, InternalError)),
                transaction.atomic(),
            ):
                change()


class TestSplitTarget:
    def test_divides_evenly_to_the_last_one(self, cast: Cast) -> None:
        version = drafted(cast)
        whole = entered(cast, version, STATIONS, 101)
        how_many = split_target(
            version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer)
        )
        assert how_many == 2
        assert parts_of(version, STATIONS) == {"GROUP": Decimal(101), "P52": Decimal(51), "P53": Decimal(50)}

    def test_divides_by_last_years_shares_and_replaces_what_was_there(self, story: Story) -> None:
        cast = story.cast
        story.stations(3, on=date(2019, 3, 1))
        story.stations(1, unit=cast.yunnan.pk, on=date(2019, 4, 1))
        story.stations(5, unit=cast.yunnan.pk, on=date(2020, 4, 1))
        version = drafted(cast)
        whole = entered(cast, version, STATIONS, 10, reserve=Decimal(2))
        for by in ("even", "last_year"):
            split_target(version=version, target=whole, level="PROVINCE", by=by, act=act(cast.officer))
        assert parts_of(version, STATIONS) == {"GROUP": Decimal(10), "P52": Decimal(9), "P53": Decimal(3)}

    def test_refuses_without_units_and_without_last_year(self, cast: Cast) -> None:
        version = drafted(cast)
        whole = entered(cast, version, STATIONS, 10)
        for level, by, code in (
            ("PREFECTURE", "even", "no_units"),
            ("PROVINCE", "last_year", "no_last_year"),
        ):
            with pytest.raises(UnableToSplit) as refused:
                split_target(version=version, target=whole, level=level, by=by, act=act(cast.officer))
            assert refused.value.code == code
        assert Target.objects.count() == 1

    def test_a_ratio_is_the_same_for_all(self, cast: Cast) -> None:
        version = drafted(cast)
        whole = entered(cast, version, "network.coverage", "0.98")
        split_target(version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
        assert set(parts_of(version, "network.coverage").values()) == {Decimal("0.98")}


class TestSubmitPledge:
    def test_submits_what_agrees(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 10)
        step = submit_pledge(version=version, act=act(cast.officer))
        assert (step.kind, queries.state_of(version.pk)) == ("SUBMITTED", "SUBMITTED")
        with pytest.raises(UnableToDecide) as refused:
            submit_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "submitted_already"

    def test_refuses_without_targets_or_document(self, cast: Cast) -> None:
        version = drafted(cast, files=())
        with pytest.raises(UnableToDecide) as refused:
            submit_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "no_targets"
        entered(cast, version, STATIONS, 10)
        with pytest.raises(UnableToDecide) as refused:
            submit_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "evidence_missing"
        attach_document(version=version, files=(("pledge.pdf", PDF),), act=act(cast.officer))
        assert submit_pledge(version=version, act=act(cast.officer)).kind == "SUBMITTED"

    def test_refuses_parts_that_do_not_come_to_the_whole(self, cast: Cast) -> None:
        version = drafted(cast)
        whole = entered(cast, version, STATIONS, 10)
        entered(cast, version, STATIONS, 6, cast.guizhou)
        entered(cast, version, STATIONS, 5, cast.yunnan)
        with pytest.raises(UnableToDecide) as refused:
            submit_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "does_not_agree"
        assert refused.value.details["difference"].zh == "1"
        assert not Step.objects.exists()
        details = TargetDetails(STATIONS, cast.group, Decimal(10), reserve=Decimal(1))
        set_target(version=version, details=details, target=whole, act=act(cast.officer))
        assert submit_pledge(version=version, act=act(cast.officer)).kind == "SUBMITTED"

    def test_asks_no_sum_of_persons(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, CADRES, 40)
        entered(cast, version, CADRES, 30, cast.guizhou)
        entered(cast, version, CADRES, 30, cast.yunnan)
        assert submit_pledge(version=version, act=act(cast.officer)).kind == "SUBMITTED"

    def test_refuses_a_part_that_is_later_than_its_whole(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 10, due_on=date(2020, 10, 31))
        entered(cast, version, STATIONS, 10, cast.guizhou)
        with pytest.raises(UnableToDecide) as refused:
            submit_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "part_is_later"


class TestDecidingOnAPledge:
    def test_another_person_approves(self, cast: Cast) -> None:
        version = in_force(cast)
        standings = queries.versions_of(version.pledge_id)
        assert [one.kind for one in standings[0].steps] == ["SUBMITTED", "APPROVED"]
        assert queries.in_force(standings, date(2020, 1, 14)) is None
        assert queries.in_force(standings, SIGNED) == standings[0]

    def test_is_for_verifiers_and_once(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 10)
        with pytest.raises(UnableToDecide) as refused:
            approve_pledge(version=version, act=act(cast.verifier))
        assert refused.value.code == "not_submitted"
        submit_pledge(version=version, act=act(cast.officer))
        for account in (cast.officer, cast.clerk, cast.auditor):
            with pytest.raises(NotPermitted):
                approve_pledge(version=version, act=act(account))
        approve_pledge(version=version, act=act(cast.verifier))
        with pytest.raises(UnableToDecide) as refused:
            return_pledge(version=version, remark="太低", act=act(cast.verifier))
        assert refused.value.code == "not_submitted"

    def test_is_returned_with_a_reason_and_mended(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 10)
        submit_pledge(version=version, act=act(cast.officer))
        with pytest.raises(UnableToDecide) as refused:
            return_pledge(version=version, remark=" ", act=act(cast.verifier))
        assert refused.value.code == "remark_missing"
        return_pledge(version=version, remark="缺培训目标", act=act(cast.verifier))
        entered(cast, version, CADRES, 5)
        approved(cast, version)
        kinds = list(Step.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["SUBMITTED", "RETURNED", "SUBMITTED", "APPROVED"]

    def test_whoever_had_a_hand_in_it_does_not_decide(self, cast: Cast) -> None:
        from bangfu.foundation.organisation.models import RoleGrant

        with system_writes("the officer verifies as well"):
            RoleGrant.objects.create(
                account=cast.officer, role="verifier", unit=cast.group, starts_on=date(2015, 1, 1)
            )
        version = drafted(cast)
        entered(cast, version, STATIONS, 10)
        submit_pledge(version=version, act=act(cast.officer))
        with pytest.raises(UnableToDecide) as refused:
            approve_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "same_person"
        with (
            system_writes("somebody meddles"),
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
        ):
            Step.objects.create(
                version=version, kind="APPROVED", taken_by=cast.officer, taken_at=act(cast.officer).at
            )


def revised(cast: Cast, version: Version, **said: object) -> Version:
    given: dict[str, object] = {
        "document": "帮扶办〔2020〕30号", "signed_on": date(2020, 7, 1), "effective_on": date(2020, 7, 10),
        "reason": "疫情影响", "files": (("revision.pdf", PDF),), **said,
    }  # fmt: skip
    return revise_pledge(pledge=version.pledge, **given, act=act(cast.officer))


class TestRevisePledge:
    def test_keeps_the_old_target_visible_for_ever(self, cast: Cast) -> None:
        first = in_force(cast)
        second = revised(cast, first)
        assert parts_of(second, STATIONS) == parts_of(first, STATIONS)
        whole = Target.objects.get(version=second, indicator=STATIONS, unit=cast.group)
        details = TargetDetails(STATIONS, cast.group, Decimal(80))
        set_target(version=second, details=details, target=whole, act=act(cast.officer))
        split_target(version=second, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
        approved(cast, second)
        standings = queries.versions_of(first.pledge_id)
        assert queries.in_force(standings, date(2020, 7, 9)).version == first
        assert queries.in_force(standings, date(2020, 7, 10)).version == second
        assert parts_of(first, STATIONS)["GROUP"] == Decimal(100)
        earlier = queries.earlier_quantities(standings, second)
        assert earlier[whole.matter] == [queries.Was(1, Decimal(100), is_lower_now=True)]
        assert len(earlier) == 3

    def test_tells_what_a_revision_takes_out(self, cast: Cast) -> None:
        first = in_force(cast)
        second = revised(cast, first)
        cadres = Target.objects.get(version=second, indicator=CADRES, unit=cast.guizhou)
        drop_target(version=second, target=cadres, act=act(cast.officer))
        found = queries.dropped_targets(queries.versions_of(first.pledge_id), second, cast.officer, SIGNED)
        assert [(one.indicator, one.unit_id, one.quantity) for one in found] == [
            (CADRES, cast.guizhou.pk, Decimal(30))
        ]

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"document": ""}, "document_missing"),
            ({"reason": " "}, "reason_missing"),
            ({"signed_on": SIGNED, "effective_on": SIGNED}, "dates"),
            ({"effective_on": date(2020, 6, 30)}, "backdated"),
            ({"signed_on": date(2020, 7, 6)}, "signed_in_future"),
        ],
    )
    def test_refuses_a_silent_or_backdated_one(self, cast: Cast, said: dict[str, object], code: str) -> None:
        version = in_force(cast)
        with pytest.raises(UnableToPledge) as refused:
            revised(cast, version, **said)
        assert refused.value.code == code
        assert Version.objects.count() == 1

    def test_refuses_before_approval_and_beside_another(self, cast: Cast) -> None:
        version = drafted(cast)
        with pytest.raises(UnableToPledge) as refused:
            revised(cast, version)
        assert refused.value.code == "not_approved"
        entered(cast, version, STATIONS, 1)
        approved(cast, version)
        revised(cast, version)
        with pytest.raises(UnableToPledge) as refused:
            revised(cast, version, effective_on=date(2020, 8, 1))
        assert refused.value.code == "open_already"

    def test_the_database_refuses_a_version_out_of_order(self, cast: Cast) -> None:
        version = drafted(cast)
        with (
            system_writes("somebody meddles"),
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
        ):
            Version.objects.create(
                pledge=version.pledge, number=2, document="x", signed_on=SIGNED, effective_on=date(2020, 9, 1),
                reason="x", prepared_by=cast.officer, prepared_at=act(cast.officer).at,
            )  # fmt: skip


class TestDeclareNil:
    def test_says_that_there_is_nothing(self, story: Story) -> None:
        cast = story.cast
        found = declare_nil(
            unit=cast.guizhou, year=2020, indicator=CADRES, remark="疫情停训", act=act(cast.clerk)
        )
        assert (found.unit_id, found.year, found.indicator) == (cast.guizhou.pk, 2020, CADRES)
        with pytest.raises(UnableToAnswer) as refused:
            declare_nil(
                unit=cast.guizhou, year=2020, indicator=CADRES, remark="疫情停训", act=act(cast.clerk)
            )
        assert refused.value.code == "declared_already"

    def test_refuses_against_facts_and_without_a_reason(self, story: Story) -> None:
        cast = story.cast
        story.stations(2, on=date(2020, 3, 1), place=CEHENG)
        for said, code in (
            ({"indicator": STATIONS}, "has_facts"),
            ({"remark": " "}, "reason_missing"),
            ({"indicator": "no.thing"}, "unknown_indicator"),
        ):
            given = {"indicator": CADRES, "remark": "没有", **said}
            with pytest.raises(UnableToAnswer) as refused:
                declare_nil(unit=cast.guizhou, year=2020, **given, act=act(cast.clerk))
            assert refused.value.code == code
        assert not NilReport.objects.exists()

    def test_is_for_ones_own_unit(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            declare_nil(unit=cast.yunnan, year=2020, indicator=CADRES, remark="x", act=act(cast.clerk))


class TestLayDownRule:
    SAID = {
        "starts_on": date(2020, 1, 1), "green_from": Decimal("1"), "amber_from": Decimal("0.8"), "judged_from": Decimal("0.2"),
        "submitted_within": 20, "verified_within": 10, "source": "帮扶办会议纪要",
    }  # fmt: skip

    def test_holds_from_its_day_on(self, cast: Cast) -> None:
        from bangfu.reporting.targets.lights import DEFAULT, lights_on

        lay_down_rule(**self.SAID, act=act(cast.officer))
        assert lights_on(date(2019, 12, 31)) == DEFAULT
        found = lights_on(date(2020, 1, 1))
        assert (found.thresholds.amber_from, found.submitted_within, found.source) == (
            Decimal("0.8"), 20, "帮扶办会议纪要",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"source": ""}, "source_missing"),
            ({"amber_from": Decimal(1)}, "shares"),
            ({"judged_from": Decimal(1)}, "shares"),
            ({"verified_within": 0}, "days"),
        ],
    )
    def test_refuses_what_is_no_rule(self, cast: Cast, said: dict[str, object], code: str) -> None:
        with pytest.raises(UnableToAnswer) as refused:
            lay_down_rule(**{**self.SAID, **said}, act=act(cast.officer))
        assert refused.value.code == code
        assert not LightRule.objects.exists()

    def test_refuses_to_rewrite_the_past(self, cast: Cast) -> None:
        lay_down_rule(**self.SAID, act=act(cast.officer))
        with pytest.raises(UnableToAnswer) as refused:
            lay_down_rule(**self.SAID, act=act(cast.officer, at=datetime(2020, 2, 1, tzinfo=UTC)))
        assert refused.value.code == "dates"
