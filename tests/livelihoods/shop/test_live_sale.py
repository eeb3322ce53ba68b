"""A live sale as an event: prepared by forms, shown to everybody and on a wall, counted once, told after."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from html import unescape
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.db.models import F
from django.test import Client
from django.utils import timezone

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.shop.guarding import UnableToReportLiveSale, refuse_doubled_live_sales
from bangfu.livelihoods.shop.models import Ambassador, LiveSale, SaleMinute, SaleMoney, Session
from bangfu.livelihoods.shop.operations import (
    AmbassadorDetails,
    UnableToCount,
    UnableToStage,
    approve_claims,
    count_sale,
    end_sale,
    enter_ambassador,
    enter_session,
    open_channel,
    place_orders,
    plan_sale,
    refund_line,
    revise_ambassador,
    revise_session,
    set_stream,
    withdraw_consent,
    write_run_sheet,
)
from bangfu.livelihoods.shop.queries import board
from bangfu.livelihoods.shop.reports import by_ambassadors_province, by_minutes, by_offer, by_state, proofs
from bangfu.livelihoods.shop.waiting import to_approve, to_count, to_ship
from tests.cast import CEHENG, FOUNDED, NOW, Cast
from tests.livelihoods.industries.farmed import refuses
from tests.livelihoods.projects.test_pages import client_of
from tests.livelihoods.shop.sold import Shop, check_books, frame_of, opened, sums
from tests.livelihoods.shop.test_forms import send

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PAPER = (("同意书.txt", "示例同意书".encode()),)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def details(
    shop: Shop, *, begins: datetime = NOW, ends: datetime = NOW + HOUR, **changes: object
) -> AmbassadorDetails:
    said = {
        "product": shop.variant.product, "post_zh": "贵州公司总经理", "post_en": "General manager, Guizhou", "starts_at": begins,
        "ends_at": ends, "claims_zh": "产自册亨", "claims_en": "Grown in Ceheng", "script": "大家好",
    }  # fmt: skip
    return AmbassadorDetails(**{**said, **changes})


def spoken(shop: Shop, **changes: object) -> Ambassador:
    return enter_ambassador(
        sale=shop.sale, unit=shop.cast.guizhou, details=details(shop, **changes), name="王强", phone="13900000001",
        consented_on=NOW.date(), files=PAPER, act=shop.by_clerk(),
    )  # fmt: skip


@pytest.mark.django_db
class TestTallies:
    def test_are_kept_by_the_database_line_by_line(self, shop: Shop) -> None:
        rice, oil = shop.offered(50, in_sale=True), shop.offered(50, in_sale=True, code="CH-YOU")
        outside = shop.offered(9)
        shop.paid(outside, 1)
        shop.ordered(rice, 2)
        paid = shop.paid(rice, 3, minutes=1)
        (buyer,) = shop.buyers(1)
        frame = frame_of(("two", buyer, rice, 1), ("two", buyer, oil, 2)).with_columns(request=1)
        place_orders(frame=frame, act=shop.act(1))
        kept = list(
            SaleMinute.objects.order_by("minute", "offer").values_list("offer", "orders", "lines", "packs")
        )
        assert kept == [(rice.pk, 1, 1, 2), (rice.pk, 2, 2, 4), (oil.pk, 0, 1, 2)]
        refund_line(line=paid.lines.get(), quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk(2))
        assert list(SaleMoney.objects.values_list("paid_fen", "refunded_fen")) == [(14_970, 4_990)]
        found = board(shop.sale)
        assert (found.orders, found.ordered_fen, found.paid_fen, found.refunded_fen) == (
            3,
            8 * 4_990,
            14_970,
            4_990,
        )
        assert [(one.key, one.packs) for one in found.by_offer] == [(rice.pk, 6), (oil.pk, 2)]
        assert [one.key for one in found.by_province] == [520_000_000_000]
        assert found.left == {rice.pk: 45, oil.pk: 48}
        assert all(one.holds for one in proofs(shop.sale)), proofs(shop.sale)
        check_books()

    def test_the_proof_sees_a_book_that_differs(self, shop: Shop) -> None:
        shop.ordered(shop.offered(5, in_sale=True))
        with system_writes("a test"):
            SaleMinute.objects.update(ordered_fen=F("ordered_fen") + 1)
        assert [one.words.en for one in proofs(shop.sale) if not one.holds] == [
            "Order lines and the board, in fen"
        ]


@pytest.mark.django_db
class TestStaging:
    def test_says_why_not(self, shop: Shop) -> None:
        act, sale = shop.by_clerk(), shop.sale
        for address in (
            "javascript:alert(1)",
            "https://a b/x",
            "https://x;y/z",
            "/live.m3u8",
            "https://a/'x",
        ):
            refuses(UnableToStage, "bad_stream", partial(set_stream, sale=sale, address=address, act=act))
        set_stream(sale=sale, address="https://live.example:8443/a.m3u8", act=act)
        words = {"title_zh": "上半场", "title_en": "First half"}
        session = enter_session(sale=sale, starts_at=NOW, ends_at=NOW + HOUR, **words, act=act)
        enter = partial(enter_session, sale=sale, act=act)
        late = {"starts_at": NOW + HOUR, "ends_at": NOW + 2 * HOUR}
        refuses(
            UnableToStage, "overlap", partial(enter, starts_at=NOW + MINUTE, ends_at=NOW + 2 * HOUR, **words)
        )
        refuses(UnableToStage, "outside_sale", partial(enter, starts_at=NOW - HOUR, ends_at=NOW, **words))
        refuses(UnableToStage, "words_missing", partial(enter, title_zh=" ", title_en="x", **late))
        one = spoken(shop)
        other = plan_sale(
            channel=shop.channel,
            code="X",
            name_zh="x",
            name_en="x",
            starts_at=NOW,
            ends_at=NOW + HOUR,
            act=act,
        )
        elsewhere = partial(enter_session, sale=other, host=one, act=act)
        refuses(
            UnableToStage, "host_elsewhere", partial(elsewhere, starts_at=NOW, ends_at=NOW + HOUR, **words)
        )
        revise_session(session=session, starts_at=NOW, ends_at=NOW + HOUR, host=one, **words, act=act)
        write = partial(write_run_sheet, session=session, act=act)
        assert write(items=[(NOW + MINUTE, "乙"), (NOW, "甲")]) == 2
        refuses(UnableToStage, "items_wrong", partial(write, items=[(NOW, "甲"), (NOW, "乙")]))
        refuses(UnableToStage, "items_wrong", partial(write, items=[(NOW + 2 * HOUR, "甲")]))
        refuses(UnableToStage, "too_many_items", partial(write, items=[(NOW, "甲")] * 301))
        refuses(UnableToStage, "overlap", partial(spoken, shop, begins=NOW + MINUTE))
        refuses(
            UnableToStage, "outside_sale", partial(spoken, shop, begins=NOW + 4 * HOUR, ends=NOW + 5 * HOUR)
        )
        enter_one = partial(
            enter_ambassador,
            sale=sale,
            unit=shop.cast.guizhou,
            details=details(shop),
            name="王强",
            phone="",
            act=act,
        )
        refuses(UnableToStage, "consent_missing", partial(enter_one, consented_on=NOW.date(), files=()))
        tomorrow = NOW.date() + timedelta(days=1)
        refuses(UnableToStage, "consent_in_future", partial(enter_one, consented_on=tomorrow, files=PAPER))
        refuses(UnableToStage, "sale_over", partial(enter, **words, **late, act=shop.by_clerk(600)))

    def test_two_ambassadors_of_a_product_at_once_are_refused_by_the_database_too(self, shop: Shop) -> None:
        one = spoken(shop)
        one.pk, one.starts_at = None, NOW + MINUTE
        with pytest.raises(IntegrityError, match="shop_one_ambassador_a_product"), system_writes("a test"):
            one.save(force_insert=True)

    def test_words_are_not_approved_by_their_author_though_another_changed_the_record(
        self, shop: Shop
    ) -> None:
        one = spoken(shop)
        cast = shop.cast
        by_officer = cast.act(cast.officer)
        revise_ambassador(ambassador=one, details=details(shop, post_zh="副总经理"), act=by_officer)
        with system_writes("a clerk who may approve as well"):
            RoleGrant.objects.create(account=cast.clerk, role="verifier", unit=cast.group, starts_on=FOUNDED)
        approve = partial(approve_claims, ambassador=one)
        refuses(UnableToStage, "own_claims", partial(approve, act=by_officer))
        refuses(UnableToStage, "own_claims", partial(approve, act=cast.act(cast.clerk)))
        assert to_approve(cast.clerk, NOW.date()) == []
        assert approve(act=cast.act(cast.verifier)).approved_by == cast.verifier

    def test_claims_are_approved_by_another_and_again_after_a_change(self, shop: Shop) -> None:
        one = spoken(shop)
        by_officer = shop.cast.act(shop.cast.officer)
        approve_claims(ambassador=one, act=by_officer)
        refuses(UnableToStage, "approved_already", partial(approve_claims, ambassador=one, act=by_officer))
        changed = revise_ambassador(ambassador=one, details=details(shop, claims_zh="甜"), act=by_officer)
        assert changed.approved_at is None
        refuses(UnableToStage, "own_claims", partial(approve_claims, ambassador=one, act=by_officer))
        withdraw_consent(ambassador=one, act=by_officer)
        refuses(UnableToStage, "withdrawn_already", partial(withdraw_consent, ambassador=one, act=by_officer))
        refuses(UnableToStage, "consent_withdrawn", partial(approve_claims, ambassador=one, act=by_officer))


@pytest.mark.django_db
class TestToday:
    def test_says_what_waits_and_to_whom(self, shop: Shop) -> None:
        cast = shop.cast
        paid = shop.paid(shop.offered(5))
        (line,) = to_ship(cast.clerk, NOW.date())
        assert (line.count, line.address, line.since) == (
            1,
            "/shop/orders/?state=PAID",
            timezone.localdate(paid.placed_at),
        )
        assert to_ship(cast.clerk_of_yunnan, NOW.date()) == to_ship(cast.auditor, NOW.date()) == []
        with system_writes("a test"):
            LiveSale.objects.filter(pk=shop.sale.pk).update(ends_at=timezone.now() + 24 * HOUR)
        one = spoken(shop)
        (line,) = to_approve(cast.officer, NOW.date())
        assert (line.count, line.address) == (1, f"/shop/ambassadors/{one.pk}/")
        assert to_approve(cast.clerk, NOW.date()) == []
        approve_claims(ambassador=one, act=cast.act(cast.officer))
        assert to_approve(cast.officer, NOW.date()) == []

    def test_says_which_live_sale_is_over_and_not_counted(self, shop: Shop) -> None:
        cast = shop.cast
        nothing = to_count(cast.clerk, NOW.date())
        shop.ordered(shop.offered(20, in_sale=True), 2)
        (line,) = to_count(cast.clerk, NOW.date())
        assert (
            nothing == to_count(cast.clerk_of_yunnan, NOW.date()) == to_count(cast.auditor, NOW.date()) == []
        )
        assert line.address == f"/shop/sales/{shop.sale.pk}/report"
        count_sale(sale=shop.sale, act=shop.by_clerk(181))
        assert to_count(cast.clerk, NOW.date()) == []


@pytest.mark.django_db
class TestCounting:
    def test_counts_each_day_and_county_once_what_the_orders_are(self, shop: Shop) -> None:
        offer = shop.offered(20, in_sale=True)
        shop.ordered(offer, 2)
        shop.paid(offer, 3)
        refuses(UnableToCount, "not_over", partial(count_sale, sale=shop.sale, act=shop.by_clerk(180)))
        assert count_sale(sale=shop.sale, act=shop.by_clerk(181)) == Decimal("249.50")
        refuses(UnableToCount, "counted_already", partial(count_sale, sale=shop.sale, act=shop.by_clerk(181)))
        fact = Fact.objects.get(source_system="shop.sale")
        assert (fact.quantity, fact.place_id, fact.happened_on, fact.subject_id) == (
            Decimal("249.50"), CEHENG, timezone.localdate(NOW), shop.sale.pk,
        )  # fmt: skip
        assert sums("shop.livestream_ordered") == sums("shop.ordered")
        assert all(one.holds for one in proofs(shop.sale))

    def test_is_ended_early_and_refuses_an_empty_one(self, shop: Shop) -> None:
        offer = shop.offered(5, in_sale=True)
        refuses(UnableToCount, "not_on", partial(end_sale, sale=shop.sale, act=shop.by_clerk(-1)))
        end_sale(sale=shop.sale, act=shop.by_clerk(10))
        (answer,) = shop.place(("k", shop.buyers(1)[0], offer, 1), minutes=11)
        assert answer.code == "not_open"
        refuses(UnableToCount, "nothing_ordered", partial(count_sale, sale=shop.sale, act=shop.by_clerk(12)))

    def test_what_is_reported_and_what_is_counted_are_never_the_same_money(self, shop: Shop) -> None:
        shop.ordered(shop.offered(20, in_sale=True), 2)
        kind = record_type("intake.reported_record")

        def reported(reference: str) -> ReportedRecord:
            with system_writes("a test"):
                return ReportedRecord.objects.create(
                    measure="shop.livestream_ordered", reference=reference, unit=shop.cast.group, place_id=CEHENG, quantity=10,
                    happened_on=timezone.localdate(NOW), title="直播", registered_at=NOW, registered_by=shop.cast.officer,
                )  # fmt: skip

        first = reported("XD-1")
        ask = partial(refuse_doubled_live_sales, kind, shop.cast.group.pk, act=shop.by_clerk())
        ask(keys=[first.pk])
        with system_writes("a test"):
            review = Review.objects.create(
                record_type=RECORD_TYPE, record_id=first.pk, state="SUBMITTED", unit=shop.cast.group, submitted_at=NOW,
                submitted_by=shop.cast.officer,
            )  # fmt: skip
        count = partial(count_sale, sale=shop.sale)
        said = refuses(UnableToCount, "reported_already", partial(count, act=shop.by_clerk(200)))
        assert "XD-1" in str(said)
        with system_writes("a test"):
            review.state, review.decided_at, review.decided_by = "RETURNED", NOW, shop.cast.auditor
            review.remark = "重复"
            review.save()
        count(act=shop.by_clerk(200))
        refuses(UnableToReportLiveSale, "counted_by_the_system", partial(ask, keys=[first.pk]))
        open_channel(
            unit=shop.cast.guizhou, code="PT", name_zh="平台", name_en="Platform", kind="PLATFORM", opened_on=NOW.date(),
            act=shop.by_clerk(),
        )  # fmt: skip
        ask(keys=[reported("PT/XD-2").pk])


@pytest.mark.django_db
class TestReports:
    def test_add_up_however_they_are_cut(self, shop: Shop) -> None:
        rice, oil = shop.offered(50, in_sale=True), shop.offered(9, in_sale=True, code="CH-YOU")
        spoken(shop, begins=NOW + MINUTE, ends=NOW + 2 * MINUTE)
        shop.ordered(rice, 1)
        shop.paid(rice, 2, minutes=1)
        shop.ordered(oil, 4, minutes=3)
        assert by_ambassadors_province(shop.sale) == {520_000_000_000: 9_980, None: 5 * 4_990}
        assert [(one.orders, one.ordered_fen) for one in by_minutes(shop.sale)] == [
            (1, 4_990), (1, 9_980), (0, 0), (1, 19_960),
        ]  # fmt: skip
        assert [(one.offer, one.packs, one.set_apart, one.left) for one in by_offer(shop.sale)] == [
            (oil.pk, 4, 9, 5), (rice.pk, 3, 50, 47),
        ]  # fmt: skip
        assert {(one.state, one.orders, one.ordered_fen) for one in by_state(shop.sale)} == {
            ("PLACED", 2, 5 * 4_990), ("PAID", 1, 9_980),
        }  # fmt: skip


@pytest.mark.django_db
class TestPages:
    def test_the_whole_event_by_forms(self, cast: Cast, client: Client) -> None:
        shop = opened(cast)
        begins = timezone.localtime().replace(second=0, microsecond=0)
        with system_writes("a test"):
            LiveSale.objects.filter(pk=shop.sale.pk).update(starts_at=begins - HOUR, ends_at=begins + HOUR)
        shop.sale.refresh_from_db()
        offer = shop.offered(50, in_sale=True)
        staff, sale = client_of("weilan"), f"/shop/sales/{shop.sale.pk}"
        send(staff, f"{sale}/picture", address="https://live.example/a.m3u8")
        moments = {
            "starts_at": f"{begins - HOUR:%Y-%m-%dT%H:%M}",
            "ends_at": f"{begins + HOUR:%Y-%m-%dT%H:%M}",
        }
        scan = SimpleUploadedFile("同意书.txt", "示例文件".encode())
        where = send(
            staff, f"{sale}/ambassador", unit=cast.guizhou.pk, product=shop.variant.product_id, name="王强", phone="",
            post_zh="贵州公司总经理", post_en="General manager", **moments, claims_zh="产自册亨", claims_en="Grown in Ceheng",
            script="大家好", consented_on="2020-01-01", evidence=scan,
        )  # fmt: skip
        one = Ambassador.objects.get()
        page = staff.get(where).content.decode()
        assert "王强" not in page
        assert "王*" in page
        assert "/approve" not in page
        send(
            staff, f"/shop/ambassadors/{one.pk}/revise", product=shop.variant.product_id, post_zh="贵州公司总经理",
            post_en="General manager", **moments, claims_zh="产自册亨县", claims_en="Grown in Ceheng", script="",
        )  # fmt: skip
        assert "产自册亨县" not in client.get(f"{sale}/").content.decode()
        officer = Client()
        officer.force_login(cast.officer)
        send(officer, f"/shop/ambassadors/{one.pk}/approve")
        send(staff, f"{sale}/session", title_zh="上半场", title_en="First half", host=one.pk, **moments)
        session = Session.objects.get()
        send(
            staff,
            f"/shop/sessions/{session.pk}/revise",
            title_zh="全场",
            title_en="Whole",
            host=one.pk,
            **moments,
        )
        sheet = f"/shop/sessions/{session.pk}/run-sheet"
        assert "读不出来" in send(staff, sheet, status=422, lines="介绍")
        send(staff, sheet, lines=f"{begins:%H:%M} 介绍糯米\n")
        assert "介绍糯米" in staff.get(f"{sale}/staging").content.decode()

        shop.ordered(offer, 2, minutes=round((begins - NOW).total_seconds() / 60) - 30)
        public = client.get(f"{sale}/")
        page = public.content.decode()
        for words in (
            "产自册亨县",
            "贵州公司总经理",
            "全场",
            "99.80",
            'data-stream="https://live.example/a.m3u8"',
            "data-until",
        ):
            assert words in page, words
        policy = public.headers["Content-Security-Policy"]
        assert (
            "media-src 'self' blob: https://live.example; connect-src 'self' https://live.example" in policy
        )
        assert "live.example" not in client.get("/shop/").headers["Content-Security-Policy"]
        client.cookies["bangfu_language"] = "en"
        assert "Grown in Ceheng" in client.get(f"{sale}/").content.decode()
        client.cookies.clear()
        assert client.get(f"{sale}/wall").status_code == 302
        wall = staff.get(f"{sale}/wall").content.decode()
        assert "贵州" in wall
        assert 'data-bars="by_province"' in wall

        send(staff, f"{sale}/end")
        with system_writes("a test"):
            LiveSale.objects.filter(pk=shop.sale.pk).update(ends_at=timezone.now() - 2 * MINUTE)
        send(staff, f"{sale}/count")
        report = staff.get(f"{sale}/report?prove=1").content.decode()
        assert "已计入" in report
        assert "不符" not in report
        assert "/f/shop.livestream_ordered/" in report
        for address in (
            f"?sale={shop.sale.pk}", f"?sale={shop.sale.pk}&offer={offer.pk}", f"?sale={shop.sale.pk}&place=520000000000",
            f"?sale={shop.sale.pk}&place={CEHENG}", f"?sale={shop.sale.pk}&spoken=520000000000",
            unescape(re.search(r'class="column" href="/shop/orders/([^"]+)"[^>]*99\.80', report)[1]),
        ):  # fmt: skip
            listed = staff.get(f"/shop/orders/{address}").content.decode()
            assert "99.80" in listed, address
        later = f"?sale={shop.sale.pk}&since={quote((timezone.now() + HOUR).isoformat())}&until=nonsense"
        assert "没有这样的订单" in staff.get(f"/shop/orders/{later}").content.decode()
        assert "没有这样的订单" in staff.get(f"/shop/orders/?sale={shop.sale.pk}&was=paid").content.decode()
        send(staff, f"/shop/ambassadors/{one.pk}/withdraw-consent")
        assert "贵州公司总经理" not in client.get(f"{sale}/").content.decode()
        outsider = Client()
        outsider.force_login(cast.outsider)
        for name in ("wall", "report", "staging", "ambassador", "end", "count"):
            assert outsider.get(f"{sale}/{name}").status_code == 403
