"""Suppliers: entered by their credit code, seated, supplying one product at a time, stage by stage."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.operations import UnableToReview
from bangfu.livelihoods.shop.models import Product
from bangfu.livelihoods.suppliers.codes import is_credit_code
from bangfu.livelihoods.suppliers.models import Item, Stage, Step, Supplier, Supply
from bangfu.livelihoods.suppliers.operations import (
    UnableToClaimStage,
    UnableToSupport,
    claim_stage,
    end_seat,
    end_supply,
    enter_supplier,
    return_steps,
    revise_supplier,
    seat_account,
    set_terms,
    supply_product,
    verify_steps,
)
from bangfu.livelihoods.suppliers.sides import suppliers_read
from tests.cast import CEHENG, NOW, Cast
from tests.livelihoods.industries.farmed import OPERATOR, operator
from tests.livelihoods.suppliers.supplied import (
    FILES,
    FIRST,
    Market,
    code,
    details,
    entered,
    facts,
    market,
    person_of,
    reached,
    refuses,
    termed,
    verified,
)


@pytest.fixture
def sold(cast: Cast) -> Market:
    return market(cast)


@pytest.mark.django_db
class TestEnterSupplier:
    def test_keeps_a_supplier_and_seals_whom_to_call(self, cast: Cast) -> None:
        found = entered(cast)
        assert (found.code, found.stage, found.title) == (code(), Stage.BEGUN, "册亨示例合作社1")
        assert found.contact is not None
        assert (found.contact.name, found.contact.phone) == ("岑示例", "13800000001")
        assert "岑示例".encode() not in bytes(found.contact.name_sealed or b"")

    def test_may_be_an_operator_of_industries_once(self, cast: Cast) -> None:
        works = operator(cast)
        assert not is_credit_code(OPERATOR)
        entered(cast, operator=works)
        refuses(UnableToSupport, "operator_taken", lambda: entered(cast, 2, operator=works))

    def test_refuses(self, cast: Cast) -> None:
        entered(cast)
        wrong = code()[:-1] + ("1" if code()[-1] != "1" else "2")
        act = cast.act(cast.clerk)
        for reason, changes in (
            ("code_taken", {}),
            ("credit_code", {"code": wrong}),
            ("credit_code", {"code": "91522327EXAMPLE01"}),
            ("not_described", {"code": code(3), "name_zh": " "}),
            ("identity_number", {"code": code(3), "name_zh": "合作社 11010519491231002X"}),
            ("unknown_kind", {"code": code(3), "kind": "PERSON"}),
            ("not_a_county", {"code": code(3), "county": Place.objects.filter(level__gt=3).first()}),
            ("contact_half", {"code": code(3), "contact_phone": ""}),
        ):
            if changes.get("county", 1) is None:
                continue
            refuses(UnableToSupport, reason, lambda changes=changes: entered(cast, 1, **changes))
        refuses(
            UnableToSupport,
            "evidence_missing",
            lambda: enter_supplier(details=details(4), unit=cast.guizhou, files=(), act=act),
        )

    def test_is_for_whoever_may(self, cast: Cast) -> None:
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                enter_supplier(details=details(), unit=cast.guizhou, files=FILES, act=cast.act(account))

    def test_is_revised_but_keeps_its_code(self, cast: Cast) -> None:
        found = entered(cast)
        said = details(9, name_zh="册亨新名合作社", contact_name="", contact_phone="")
        revise_supplier(supplier=found, details=said, act=cast.act(cast.clerk))
        found.refresh_from_db()
        assert (found.name_zh, found.code) == ("册亨新名合作社", code())
        assert found.contact is not None


@pytest.mark.django_db
class TestSeats:
    def test_an_account_acts_for_one_supplier_at_a_time(self, cast: Cast) -> None:
        one, two = entered(cast, 1), entered(cast, 2)
        account = person_of(cast, one, "cen")
        act = cast.act(cast.clerk)
        assert list(suppliers_read(account, act.on)) == [one]
        refuses(
            UnableToSupport,
            "seat_taken",
            lambda: seat_account(supplier=two, account=account, starts_on=date(2020, 7, 20), act=act),
        )
        seat = one.seats.get()
        refuses(UnableToSupport, "ends_before_start", lambda: end_seat(seat=seat, on=FIRST, act=act))
        end_seat(seat=seat, on=date(2020, 7, 15), act=act)
        refuses(UnableToSupport, "ended_already", lambda: end_seat(seat=seat, on=date(2020, 7, 16), act=act))
        assert not suppliers_read(account, act.on).exists()
        seat_account(supplier=two, account=account, starts_on=date(2020, 7, 15), act=act)
        assert list(suppliers_read(account, act.on)) == [two]
        assert list(suppliers_read(account, date(2020, 7, 14))) == [one]

    def test_a_seat_without_the_role_opens_nothing(self, cast: Cast) -> None:
        one = entered(cast)
        act = cast.act(cast.clerk)
        seat_account(supplier=one, account=cast.outsider, starts_on=FIRST, act=act)
        assert not suppliers_read(cast.outsider, act.on).exists()

    def test_no_system_acts_for_a_supplier(self, cast: Cast) -> None:
        with system_writes("a system"):
            system = Account.objects.create(username="robot", kind="SYSTEM", title="机器")
        one = entered(cast)
        refuses(
            UnableToSupport,
            "not_a_person",
            lambda: seat_account(supplier=one, account=system, starts_on=FIRST, act=cast.act(cast.clerk)),
        )


@pytest.mark.django_db
class TestSupplies:
    def test_a_product_has_one_supplier_on_a_day(self, sold: Market) -> None:
        product = Product.objects.get(code="CH-MI")
        act = sold.by_clerk()
        assert Item.objects.filter(supply=sold.supply).count() == 5
        refuses(
            UnableToSupport,
            "supplied_already",
            lambda: supply_product(supplier=sold.other, product=product, starts_on=date(2020, 7, 9), act=act),
        )
        end_supply(supply=sold.supply, on=date(2020, 7, 9), act=act)
        supply_product(supplier=sold.other, product=product, starts_on=date(2020, 7, 9), act=act)
        with pytest.raises(IntegrityError), transaction.atomic(), system_writes("past the operation"):
            Supply.objects.create(
                supplier=sold.supplier, product=product, starts_on=date(2020, 7, 8), agreed_at=NOW,
                agreed_by=sold.cast.clerk,
            )  # fmt: skip

    def test_a_product_of_another_unit_needs_its_permission(self, sold: Market) -> None:
        product = Product.objects.get(code="CH-MI")
        of_yunnan = enter_supplier(
            details=details(5), unit=sold.cast.yunnan, files=FILES, act=sold.cast.act(sold.cast.officer)
        )
        with pytest.raises(NotPermitted):
            supply_product(
                supplier=of_yunnan,
                product=product,
                starts_on=FIRST,
                act=sold.cast.act(sold.cast.clerk_of_yunnan),
            )

    def test_does_not_end_before_what_was_shipped(self, sold: Market) -> None:
        from bangfu.livelihoods.suppliers.operations import ParcelDetails, ship_parcels

        order = sold.shop.paid(sold.offer)
        ship_parcels(
            supplier=sold.supplier, parcels=[ParcelDetails(order.pk, "SF1234567890123")], act=sold.by_own()
        )
        refuses(
            UnableToSupport,
            "still_to_ship",
            lambda: end_supply(supply=sold.supply, on=date(2020, 7, 31), act=sold.by_clerk()),
        )


@pytest.mark.django_db
class TestTerms:
    def test_are_versions_by_day(self, cast: Cast) -> None:
        one = entered(cast)
        termed(cast, one)
        termed(cast, one, date(2020, 8, 1), bp=300)
        refuses(UnableToSupport, "version_taken", lambda: termed(cast, one))
        refuses(UnableToSupport, "rates", lambda: termed(cast, one, date(2020, 9, 1), bp=9_950))
        refuses(
            UnableToSupport,
            "evidence_missing",
            lambda: set_terms(
                supplier=one, starts_on=date(2020, 9, 1), commission_bp=1, platform_bp=1, freight_fen=0, document="",
                files=FILES, act=cast.act(cast.clerk),
            ),
        )  # fmt: skip


@pytest.mark.django_db
class TestStages:
    def test_count_once_verified_and_are_taken_back_when_left(self, cast: Cast) -> None:
        one = entered(cast)
        step = claim_stage(
            supplier=one,
            to_stage=1,
            reached_on=FIRST,
            words="纸盒和内袋",
            files=FILES,
            act=cast.act(cast.clerk),
        )
        assert facts() == []
        verified(cast)
        step.refresh_from_db()
        one.refresh_from_db()
        assert (one.stage, step.is_verified) == (1, True)
        reached(cast, one, 2, date(2020, 7, 10))
        reached(cast, one, 3, date(2020, 7, 20))
        reached(cast, one, 1, date(2020, 7, 30), "换了包装厂，标签和商标还没有印")
        one.refresh_from_db()
        assert one.stage == 1
        assert facts() == [
            ("suppliers.packaged", 1, CEHENG, FIRST),
            ("suppliers.labelled", 1, CEHENG, date(2020, 7, 10)),
            ("suppliers.branded", 1, CEHENG, date(2020, 7, 20)),
            ("suppliers.labelled", -1, CEHENG, date(2020, 7, 30)),
            ("suppliers.branded", -1, CEHENG, date(2020, 7, 30)),
        ]

    def test_refuses(self, cast: Cast) -> None:
        one = entered(cast)

        def claim(stage: int = 1, on: date = FIRST, words: str = "x", files: tuple = FILES) -> object:
            return claim_stage(
                supplier=one,
                to_stage=stage,
                reached_on=on,
                words=words,
                files=files,
                act=cast.act(cast.clerk),
            )

        refuses(UnableToClaimStage, "not_the_next", lambda: claim(2))
        refuses(UnableToClaimStage, "not_the_next", lambda: claim(0))
        refuses(UnableToClaimStage, "words_missing", lambda: claim(words=" "))
        refuses(UnableToClaimStage, "identity_number", lambda: claim(words="11010519491231002X"))
        refuses(UnableToClaimStage, "in_the_future", lambda: claim(on=date(2020, 9, 1)))
        refuses(UnableToClaimStage, "evidence_missing", lambda: claim(files=()))
        claim(on=date(2020, 7, 20))
        refuses(UnableToClaimStage, "one_at_a_time", lambda: claim())
        verified(cast)
        refuses(UnableToClaimStage, "before_the_last", lambda: claim(2, date(2020, 7, 19)))

    def test_are_verified_by_another_and_may_be_given_back(self, cast: Cast) -> None:
        one = entered(cast)
        claim_stage(
            supplier=one, to_stage=1, reached_on=FIRST, words="x", files=FILES, act=cast.act(cast.clerk)
        )
        from bangfu.foundation.review.models import Batch

        paper = Batch.objects.latest("pk")
        with pytest.raises((NotPermitted, UnableToReview)):
            verify_steps(batch=paper, act=cast.act(cast.clerk))
        return_steps(batch=paper, remark="照片看不清", act=cast.act(cast.verifier))
        assert facts() == []
        assert not Step.objects.get().is_verified
        assert Supplier.objects.get().stage == 0
        reached(cast, one, 1)
        assert Supplier.objects.get().stage == 1
