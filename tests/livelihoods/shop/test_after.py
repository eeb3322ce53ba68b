"""What comes after a sale: giving back, invoices, reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from bangfu.foundation.operations.guard import system_writes
from bangfu.livelihoods.shop.models import (
    InvoiceRequest,
    Order,
    OrderLine,
    Refund,
    Return,
    Review,
    Stock,
    order_number,
)
from bangfu.livelihoods.shop.operations import (
    UnableToFollow,
    agree_return,
    answer_review,
    ask_invoice,
    ask_return,
    close_orders,
    decline_return,
    deliver_orders,
    issue_invoice,
    open_invoice,
    receive_return,
    refund_line,
    refund_return,
    refuse_review,
    send_return,
    ship_orders,
    show_review,
    withdraw_return,
    write_review,
)
from bangfu.livelihoods.shop.queries import open_returns, shown_reviews, stars_of
from bangfu.livelihoods.shop.tax_numbers import is_tax_number
from bangfu.livelihoods.shop.wording import names_somebody
from tests.cast import NOW, Cast
from tests.livelihoods.shop.bought import agreed, charged, issued, paid, refused
from tests.livelihoods.shop.sold import Shop, check_books, counted, opened

TAX_NUMBER = "91350100M000100Y43"
"""The example of GB 32100-2015."""


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def bought(shop: Shop, quantity: int = 2, *, arrives: bool = True, code: str = "") -> OrderLine:
    """Return the line of an order with a coupon and carriage: paid, and delivered unless it is said otherwise."""
    if not code:
        charged(shop)
    batch = issued(shop, code=f"C{code}")
    order, terms = agreed(shop, shop.offered(10, code=code), quantity, batch=batch)
    paid(shop, order, order.total_fen - terms.discount_fen + terms.freight_fen)
    if arrives:
        ship_orders(waybills={order.pk: "SF1"}, act=shop.by_clerk())
        deliver_orders(orders=[order.pk], act=shop.act())
    return OrderLine.objects.select_related("order", "offer__stock__variant__product").get(order=order)


def asked(shop: Shop, line: OrderLine, quantity: int = 1, reason: str = "QUALITY") -> Return:
    return ask_return(line=line, quantity=quantity, reason=reason, words="袋子破了", act=shop.act())


@pytest.mark.django_db
class TestReturn:
    def test_is_agreed_comes_back_and_is_refunded_net(self, shop: Shop) -> None:
        line = bought(shop)
        found = asked(shop, line)
        assert (
            agree_return(found=found, needs_goods=True, answer="寄到册亨仓", act=shop.by_clerk()).state
            == "AGREED"
        )
        assert send_return(found=found, waybill=" SF2 ", act=shop.act()).waybill == "SF2"
        receive_return(found=found, is_restocked=True, act=shop.by_clerk())
        done = refund_return(found=found, act=shop.by_clerk())
        assert done.refund is not None
        assert (done.state, done.refund.amount_fen, done.refund.freight_fen) == ("REFUNDED", 3_990, 0)
        assert Stock.objects.get(pk=line.offer.stock_id).physical == 9
        assert counted() == {"ordered": "99.80", "paid": "79.80", "kept": "39.90", "helped_to_sell": "39.90"}
        check_books()

    def test_of_what_was_not_shipped_no_goods_come_and_carriage_goes_back(self, shop: Shop) -> None:
        line = bought(shop, arrives=False)
        found = asked(shop, line, 2, "NOT_SHIPPED")
        assert agree_return(found=found, needs_goods=True, act=shop.by_clerk()).state == "RECEIVED"
        refund_return(found=found, act=shop.by_clerk())
        assert Order.objects.get(pk=line.order_id).state == "REFUNDED"
        assert Refund.objects.get().freight_fen == 1_800
        check_books()

    def test_is_declined_with_a_reason_and_may_be_asked_again(self, shop: Shop) -> None:
        line = bought(shop)
        found = asked(shop, line)
        assert refused(decline_return, found=found, answer=" ", act=shop.by_clerk()) == "why_missing"
        decline_return(found=found, answer="照片看不出问题", act=shop.by_clerk())
        assert refused(agree_return, found=found, needs_goods=False, act=shop.by_clerk()) == "wrong_state"
        assert asked(shop, line).state == "ASKED"

    @pytest.mark.parametrize(("quantity", "reason", "minutes", "code"), [
        (0, "QUALITY", 0, "too_much"), (3, "QUALITY", 0, "too_much"), (-1, "QUALITY", 0, "too_much"),
        (1, "MOOD", 0, "unknown_reason"), (1, "NOT_SHIPPED", 0, "shipped_already"),
        (1, "NO_REASON", 7 * 24 * 60 + 1, "too_late"), (1, "QUALITY", 91 * 24 * 60, "too_late"),
    ])  # fmt: skip
    def test_refuses_what_cannot_be(
        self, shop: Shop, quantity: int, reason: str, minutes: int, code: str
    ) -> None:
        line = bought(shop)
        said = {"line": line, "quantity": quantity, "reason": reason, "act": shop.act(minutes)}
        assert (refused(ask_return, **said), Return.objects.count()) == (code, 0)

    def test_refuses_fresh_goods_without_a_reason_numbers_in_words_and_two_at_once(self, shop: Shop) -> None:
        line = bought(shop)
        act = shop.act()
        line.offer.stock.variant.product.kind = "FRESH"
        assert refused(ask_return, line=line, quantity=1, reason="NO_REASON", act=act) == "is_fresh"
        words = "打我电话 138-0013-8000"
        assert (
            refused(ask_return, line=line, quantity=1, reason="QUALITY", words=words, act=act)
            == "names_somebody"
        )
        asked(shop, line)
        assert refused(ask_return, line=line, quantity=1, reason="QUALITY", act=act) == "open_already"
        with system_writes("a test of the constraint"), pytest.raises(IntegrityError), transaction.atomic():
            Return.objects.create(line=line, quantity=1, reason="QUALITY", asked_at=NOW)

    def test_an_unpaid_order_has_nothing_to_give_back(self, shop: Shop) -> None:
        line = shop.ordered(shop.offered(10)).lines.get()
        assert refused(ask_return, line=line, quantity=1, reason="NOT_SHIPPED", act=shop.act()) == "not_paid"

    def test_what_was_refunded_meanwhile_is_not_refunded_twice(self, shop: Shop) -> None:
        line = bought(shop)
        found = asked(shop, line, 2)
        refund_line(line=line, quantity=1, reason="QUALITY", act=shop.by_clerk())
        agree_return(found=found, needs_goods=False, act=shop.by_clerk())
        assert refused(refund_return, found=found, act=shop.by_clerk()) == "too_much"
        found.refresh_from_db()
        assert found.state == "RECEIVED"

    def test_keeps_an_order_open_and_a_settlement_waiting(self, shop: Shop) -> None:
        line, other = bought(shop), bought(shop, code="CH-2")
        found = asked(shop, line)
        assert refused(close_orders, orders=[line.order_id], act=shop.by_clerk()) == "open_return"
        with pytest.raises(UnableToFollow, match=order_number(line.order_id)):
            close_orders(orders=[line.order_id], act=shop.by_clerk())
        product, day = line.offer.stock.variant.product_id, NOW.date()
        assert list(open_returns(products=[product], starts_on=day, ends_on=day + timedelta(days=1))) == [
            found
        ]
        for none in (
            {"products": [other.offer.stock.variant.product_id]}, {"starts_on": day + timedelta(days=1)}, {"ends_on": day},
            {"within": Q(line__order__unit=shop.cast.group)}, {"lines": [other.pk]},
        ):  # fmt: skip
            assert not open_returns(**none).exists()
        withdraw_return(found=found, act=shop.act())
        assert not open_returns().exists()
        close_orders(orders=[line.order_id], act=shop.by_clerk())


@pytest.mark.django_db
class TestInvoice:
    def said(self, shop: Shop, line: OrderLine, **changes: Any) -> dict[str, Any]:
        return {
            "order": line.order, "made_out_to": "COMPANY", "title": "示例有限公司", "tax_number": TAX_NUMBER,
            "email": "a@example.com", "act": shop.act(), **changes,
        }  # fmt: skip

    def test_is_asked_for_and_issued_over_what_is_left(self, shop: Shop) -> None:
        line = bought(shop)
        ask_invoice(**self.said(shop, line))
        request = ask_invoice(**self.said(shop, line, title="另一个有限公司"))
        refund_line(line=line, quantity=1, reason="NO_REASON", act=shop.by_clerk())
        said = {"request": request, "number": "2062 1", "issued_on": NOW.date(), "act": shop.by_clerk()}
        done = issue_invoice(**said)
        assert (done.title, done.amount_fen, done.number) == (
            "另一个有限公司",
            7_980 + 1_800 - 3_990,
            "2062 1",
        )
        assert refused(issue_invoice, **said) == "issued_already"
        assert refused(ask_invoice, **self.said(shop, line)) == "asked_already"

    def test_seals_a_person_s_name_and_every_address(self, shop: Shop) -> None:
        line = bought(shop)
        request = ask_invoice(**self.said(shop, line, made_out_to="PERSON", title="王小明", tax_number=""))
        assert (request.title, request.tax_number) == ("", "")
        for sealed in (request.title_sealed, request.email_sealed):
            assert sealed is not None
            assert "王小明".encode() not in bytes(sealed)
            assert b"example.com" not in bytes(sealed)
        assert (
            open_invoice(request=request, act=shop.by_clerk()).person_id == line.order.destination.person_id
        )

    @pytest.mark.parametrize(("changes", "code"), [
        ({"tax_number": "91350100M000100Y44"}, "tax_number_wrong"), ({"tax_number": ""}, "tax_number_wrong"),
        ({"title": " "}, "title_missing"), ({"email": "nobody"}, "email_wrong"), ({"made_out_to": "CAT"}, "unknown_kind"),
    ])  # fmt: skip
    def test_refuses_what_is_wrong(self, shop: Shop, changes: dict[str, str], code: str) -> None:
        line = bought(shop)
        assert refused(ask_invoice, **self.said(shop, line, **changes)) == code
        assert not InvoiceRequest.objects.exists()

    def test_refuses_numbers_that_are_used_and_days_to_come(self, shop: Shop) -> None:
        first, second = bought(shop), bought(shop, code="CH-2")
        requests = [ask_invoice(**self.said(shop, one)) for one in (first, second)]
        issue_invoice(request=requests[0], number="1", issued_on=NOW.date(), act=shop.by_clerk())
        said = {"request": requests[1], "issued_on": NOW.date(), "act": shop.by_clerk()}
        assert refused(issue_invoice, number="1", **said) == "number_used"
        assert refused(issue_invoice, number=" ", **said) == "number_missing"
        late = {**said, "issued_on": NOW.date() + timedelta(days=2)}
        assert refused(issue_invoice, number="2", **late) == "in_the_future"

    def test_an_order_that_is_not_paid_has_none(self, shop: Shop) -> None:
        order, _ = agreed(shop, shop.offered(10))
        said = self.said(shop, order.lines.get())
        assert refused(ask_invoice, **said) == "not_paid"

    def test_a_check_character_finds_one_wrong_character(self) -> None:
        assert is_tax_number(TAX_NUMBER)
        for place in range(18):
            other = "1" if TAX_NUMBER[place] != "1" else "2"
            assert not is_tax_number(TAX_NUMBER[:place] + other + TAX_NUMBER[place + 1 :])


@pytest.mark.django_db
class TestReview:
    def test_is_read_once_it_was_looked_at_and_answered(self, shop: Shop) -> None:
        line = bought(shop)
        product = line.offer.stock.variant.product_id
        review = write_review(line=line, stars=4, words="煮粥很香", act=shop.act())
        assert not shown_reviews(product).exists()
        assert refused(answer_review, review=review, answer="谢谢", act=shop.by_clerk()) == "not_shown"
        show_review(review=review, act=shop.by_clerk())
        answer_review(review=review, answer="谢谢", act=shop.by_clerk())
        assert [(one.stars, one.answer) for one in shown_reviews(product)] == [(4, "谢谢")]
        assert {key: str(mean) for key, mean in stars_of([product]).items()} == {product: "4.0"}
        assert refused(write_review, line=line, stars=1, words="又写", act=shop.act()) == "reviewed_already"

    def test_is_refused_with_a_reason_and_out_of_sight(self, shop: Shop) -> None:
        line = bought(shop)
        review = write_review(line=line, stars=1, words="不好", act=shop.act())
        show_review(review=review, act=shop.by_clerk())
        assert refused(refuse_review, review=review, reason="", act=shop.by_clerk()) == "why_missing"
        refuse_review(review=review, reason="与商品无关", act=shop.by_clerk())
        assert not shown_reviews(line.offer.stock.variant.product_id).exists()

    @pytest.mark.parametrize(("stars", "words", "code"), [
        (0, "好", "stars_wrong"), (6, "好", "stars_wrong"), (5, " ", "words_missing"), (5, "好" * 501, "words_missing"),
        (5, "加我 １３８００１３８０００", "names_somebody"),
    ])  # fmt: skip
    def test_refuses_what_is_wrong(self, shop: Shop, stars: int, words: str, code: str) -> None:
        line = bought(shop)
        assert refused(write_review, line=line, stars=stars, words=words, act=shop.act()) == code
        assert not Review.objects.exists()

    def test_is_written_by_who_received_the_goods_alone(self, shop: Shop) -> None:
        line = bought(shop, arrives=False)
        assert refused(write_review, line=line, stars=5, words="好", act=shop.act()) == "not_received"


@pytest.mark.parametrize("words", [
    "13800138000", "138 0013 8000", "138-0013-8000", "一三八零零一三八零零零", "１３８００１３８０００", "电话010-62345678",
    "身份证11010519491231002X",
])  # fmt: skip
def test_numbers_of_people_are_found_however_they_are_written(words: str) -> None:
    assert names_somebody(words)


@pytest.mark.parametrize(
    "words", ["5 斤装，2020 年的新米", "一家三口吃了两三天", "3.5 元一斤，10 斤 35 元", "10/10 分"]
)
def test_other_numbers_are_no_one_s(words: str) -> None:
    assert not names_somebody(words)
