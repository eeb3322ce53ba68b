"""What an order comes to: carriage by province, coupons to the fen, what counts of it, and what goes back."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop import discounting, freight
from bangfu.livelihoods.shop.freight import Packed, Rate, Tariff, carriage_of, charge
from bangfu.livelihoods.shop.models import (
    CouponBatch,
    CouponUse,
    Destination,
    Order,
    OrderTerms,
    Refund,
    SaleMoney,
)
from bangfu.livelihoods.shop.operations import (
    ProvinceRate,
    agree_terms,
    cancel_order,
    claim_coupon,
    close_coupons,
    couponing,
    enter_freight,
    issue_coupons,
    open_destination,
    pay_orders,
    pick_freight,
    refund_line,
    release_unpaid,
    revise_freight,
    set_freight,
    set_price,
    ship_orders,
)
from tests.at_once import both, waiting
from tests.cast import CEHENG, NOW, Cast, enter_cast
from tests.livelihoods.shop.bought import (
    DETAILS,
    GUIZHOU,
    TIBET,
    XINJIANG,
    agreed,
    charged,
    claimed,
    issued,
    lives,
    paid,
    refused,
)
from tests.livelihoods.shop.sold import Shop, check_books, counted, opened, payments

URUMQI = 650102000000
LHASA = 540102000000


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


class TestCarriage:
    TARIFF = Tariff(
        is_by_weight=True, first=1_000, further=500, free_from_fen=9_900,
        provinces={XINJIANG: Rate(2_000, 900), TIBET: None}, elsewhere=Rate(800, 150),
    )  # fmt: skip

    def test_begun_parts_are_whole(self) -> None:
        costs = [charge(grams, self.TARIFF, Rate(800, 150)) for grams in (1, 1_000, 1_001, 1_500, 1_501)]
        assert costs == [800, 800, 950, 950, 1_100]

    def test_lines_of_a_template_are_one_parcel(self) -> None:
        lines = [Packed(1, 7, 600, 1, 3_000), Packed(2, 7, 600, 1, 3_000), Packed(3, None, 9_000, 1, 100)]
        assert carriage_of(lines, {7: self.TARIFF}, GUIZHOU).freight_fen == 950
        assert carriage_of(lines, {7: self.TARIFF}, XINJIANG).freight_fen == 2_900
        assert carriage_of(lines, {7: self.TARIFF}, TIBET) == freight.Carriage(0, (1, 2))
        assert carriage_of(lines, {}, TIBET) == freight.Carriage(0, ())

    def test_is_free_from_an_amount_of_the_template_s_goods(self) -> None:
        lines = [Packed(1, 7, 5_000, 1, 9_899), Packed(2, None, 1, 1, 99_999)]
        assert carriage_of(lines, {7: self.TARIFF}, GUIZHOU).freight_fen == 2_000
        assert carriage_of([Packed(1, 7, 5_000, 1, 9_900)], {7: self.TARIFF}, GUIZHOU).freight_fen == 0

    @given(st.integers(1, 10**6), st.integers(1, 10**5), st.integers(1, 10**5))
    def test_never_falls_as_weight_rises(self, grams: int, first: int, further: int) -> None:
        tariff = Tariff(True, first, further, None, {}, Rate(800, 150))
        costs = [charge(grams + more, tariff, Rate(800, 150)) for more in (0, 1, further)]
        assert all(0 <= after - before <= 300 for before, after in pairwise(costs))
        assert charge(grams + further, tariff, Rate(800, 150)) - costs[0] in (0, 150)


class TestDiscount:
    @given(st.lists(st.integers(1, 10**7), min_size=1, max_size=50), st.data())
    def test_is_spread_to_the_fen(self, amounts: list[int], data: st.DataObject) -> None:
        discount = data.draw(st.integers(0, sum(amounts)))
        shares = discounting.spread(discount, amounts)
        assert sum(shares) == discount
        for share, amount in zip(shares, amounts, strict=True):
            assert 0 <= share <= amount
            assert abs(share * sum(amounts) - discount * amount) < sum(amounts)

    @given(st.integers(0, 10**9), st.integers(1, 9_999), st.data())
    def test_refunds_of_a_line_add_up(self, net: int, quantity: int, data: st.DataObject) -> None:
        cuts = sorted({0, quantity, *data.draw(st.lists(st.integers(0, quantity), max_size=6))})
        steps = [
            discounting.net_of(net, quantity, after) - discounting.net_of(net, quantity, before)
            for before, after in pairwise(cuts)
        ]
        assert sum(steps) == net
        assert all(step >= 0 for step in steps)

    @given(st.integers(1, 10**8), st.integers(1, 99), st.integers(1, 10**8))
    def test_leaves_something_to_pay(self, goods: int, pct: int, cap: int) -> None:
        found = discounting.worth(goods, from_fen=0, off_fen=None, off_pct=pct, cap_fen=cap)
        assert 0 <= found <= min(cap, goods - 1)


@pytest.mark.django_db
class TestAgreeTerms:
    def test_adds_carriage_takes_the_coupon_off_and_says_where_it_goes(self, shop: Shop) -> None:
        charged(shop)
        order, terms = agreed(shop, shop.offered(10), 2, batch=issued(shop))
        assert (order.total_fen, terms.discount_fen, terms.freight_fen) == (9_980, 2_000, 1_800)
        assert [one.discount.discount_fen for one in order.lines.all()] == [2_000]
        went = open_destination(order=order, act=shop.by_clerk())
        assert (went.place_id, went.person.name) == (CEHENG, "王小明")
        assert "团结路" not in str(bytes(went.address_sealed))

    def test_what_counts_is_net_of_the_coupon_and_without_carriage(self, shop: Shop) -> None:
        charged(shop)
        order, _ = agreed(shop, shop.offered(10), 2, batch=issued(shop))
        for wrong in (9_980, 7_980, 11_780):
            (noted,) = pay_orders(frame=payments((order, f"W{wrong}", wrong)), act=shop.act())
            assert noted.code == "wrong_amount"
        paid(shop, order, 9_780)
        assert counted() == {"ordered": "99.80", "paid": "79.80", "kept": "79.80", "helped_to_sell": "79.80"}
        check_books()

    def test_another_province_costs_more_and_one_is_not_served(self, shop: Shop) -> None:
        charged(shop)
        offer = shop.offered(10)
        assert agreed(shop, offer, 2, place=URUMQI)[1].freight_fen == 2_000 + 5 * 900
        order = shop.ordered(offer)
        lives(shop, order.buyer_id, LHASA)
        assert refused(agree_terms, order=order, act=shop.act()) == "not_served"
        assert not OrderTerms.objects.filter(order=order).exists()

    def test_carriage_is_free_from_an_amount_before_the_coupon(self, shop: Shop) -> None:
        charged(shop, free_from_fen=9_980)
        _, terms = agreed(shop, shop.offered(10), 2, batch=issued(shop))
        assert (terms.discount_fen, terms.freight_fen) == (2_000, 0)

    def test_is_agreed_once_and_only_before_it_is_paid(self, shop: Shop) -> None:
        order, _ = agreed(shop, shop.offered(10))
        assert refused(agree_terms, order=order, act=shop.act()) == "agreed_already"
        other = shop.paid(shop.offered(10, code="CH-2"))
        assert refused(agree_terms, order=other, act=shop.act()) == "wrong_state"

    def test_needs_a_recipient(self, shop: Shop) -> None:
        order = shop.ordered(shop.offered(10))
        assert refused(agree_terms, order=order, act=shop.act()) == "no_recipient"

    def test_a_live_sale_is_tallied_net(self, shop: Shop) -> None:
        order, _ = agreed(shop, shop.offered(10, in_sale=True), 2, batch=issued(shop, sale=shop.sale))
        paid(shop, order, 7_980)
        refund_line(line=order.lines.get(), quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk())
        money = SaleMoney.objects.get()
        assert (money.paid_fen, money.refunded_fen) == (7_980, 3_990)


@pytest.mark.django_db
class TestRefund:
    def test_gives_back_net_part_by_part_and_carriage_with_the_last(self, shop: Shop) -> None:
        charged(shop)
        order, _ = agreed(shop, shop.offered(10), 3, batch=issued(shop, off_fen=1_001, from_fen=2_000))
        paid(shop, order, 3 * 4_990 - 1_001 + 800 + 10 * 200)
        line = order.lines.get()
        for _ in range(3):
            refund_line(line=line, quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk())
        found = [(one.amount_fen, one.freight_fen) for one in Refund.objects.order_by("pk")]
        assert found == [(4_656, 0), (4_656, 0), (4_657, 2_800)]
        order.refresh_from_db()
        assert (order.state, order.refunded_fen) == ("REFUNDED", 13_969)
        assert counted()["paid"] == "139.69"
        assert "kept" not in counted()

    @pytest.mark.parametrize(("reasons", "comes_back"), [
        (("QUALITY", "LOST"), 1_800), (("QUALITY", "NO_REASON"), 0), (("NO_REASON", "QUALITY"), 0),
    ])  # fmt: skip
    def test_carriage_stays_where_somebody_changed_their_mind(
        self, shop: Shop, reasons: tuple[str, ...], comes_back: int
    ) -> None:
        charged(shop)
        order, _ = agreed(shop, shop.offered(10))
        paid(shop, order, 11_780)
        ship_orders(waybills={order.pk: "SF1"}, act=shop.by_clerk())
        for reason in reasons:
            refund_line(line=order.lines.get(), quantity=1, reason=reason, act=shop.by_clerk())
        assert sum(Refund.objects.values_list("freight_fen", flat=True)) == comes_back


@pytest.mark.django_db
class TestCoupons:
    def test_are_claimed_while_some_are_left_and_no_more_than_one_a_buyer(self, shop: Shop) -> None:
        batch, (one, other) = issued(shop, number=1), shop.buyers(2)
        claimed(shop, batch, one)
        buyer = lives(shop, other).buyer
        assert refused(claim_coupon, batch=batch, buyer=buyer, act=shop.act()) == "none_left"
        many = issued(shop, code="M2")
        claimed(shop, many, other)
        assert refused(claim_coupon, batch=many, buyer=buyer, act=shop.act()) == "has_all"
        close_coupons(batch=many, act=shop.by_clerk())
        assert refused(close_coupons, batch=many, act=shop.by_clerk()) == "closed_already"
        late = {"buyer": buyer, "act": shop.act(60 * 24 * 31)}
        assert refused(claim_coupon, batch=batch, **late) == "not_open"
        assert CouponBatch.objects.get(pk=batch.pk).claimed == 1

    @pytest.mark.parametrize(("changes", "code"), [
        ({"name_zh": " "}, "words_missing"), ({"kind": "GIFT"}, "unknown_kind"), ({"off_fen": 9_000}, "amount_wrong"),
        ({"kind": "PERCENT", "off_pct": 100, "cap_fen": 1}, "percent_wrong"), ({"ends_at": NOW}, "period_backwards"),
        ({"per_buyer": 101}, "number_wrong"), ({"number": 0}, "number_wrong"),
    ])  # fmt: skip
    def test_are_not_issued_wrongly(self, shop: Shop, changes: dict[str, object], code: str) -> None:
        with pytest.raises(couponing.UnableToIssue) as caught:
            issued(shop, **changes)
        assert (caught.value.code, CouponBatch.objects.count()) == (code, 0)

    def test_a_code_is_there_once(self, shop: Shop) -> None:
        issued(shop)
        assert (
            refused(issue_coupons, channel=shop.channel, details=DETAILS, act=shop.by_clerk()) == "code_taken"
        )

    def test_are_for_the_goods_the_sale_the_time_and_the_sum_that_they_say(self, shop: Shop) -> None:
        offer, dear = shop.offered(10), shop.offered(10, code="CH-2")
        product = offer.stock.variant.product
        order = shop.ordered(dear, 2)
        lives(shop, order.buyer_id)
        for code, changes in (
            ("other_goods", {"products": [product]}),
            ("other_goods", {"sale": shop.sale}),
            ("too_little", {"from_fen": 9_981}),
        ):
            coupon = claimed(
                shop,
                issued(shop, code=f"C-{len(changes)}-{code}-{next(iter(changes))}", **changes),
                order.buyer_id,
            )
            assert refused(agree_terms, order=order, coupon=coupon.pk, act=shop.act()) == code
        other = claimed(shop, issued(shop, code="C-OTHER"), shop.buyers(1)[0])
        assert refused(agree_terms, order=order, coupon=other.pk, act=shop.act()) == "not_yours"
        early = issued(shop, code="C-EARLY", ends_at=NOW + timedelta(minutes=1))
        coupon = claimed(shop, early, order.buyer_id)
        assert refused(agree_terms, order=order, coupon=coupon.pk, act=shop.act(2)) == "not_valid_now"

    def test_a_percentage_has_a_cap(self, shop: Shop) -> None:
        batch = issued(shop, kind="PERCENT", off_pct=30, cap_fen=1_234, from_fen=0, off_fen=None)
        assert agreed(shop, shop.offered(10), 2, batch=batch)[1].discount_fen == 1_234

    def test_come_back_when_the_order_is_cancelled_or_lapses_and_are_used_again(self, shop: Shop) -> None:
        offer, batch = shop.offered(10), issued(shop)
        (buyer,) = shop.buyers(1)
        lives(shop, buyer)
        coupon = claimed(shop, batch, buyer)
        for number, end in enumerate((cancel_order, None, None)):
            placed = shop.place((f"k{number}", buyer, offer, 2))[0].order
            order = Order.objects.get(pk=placed)
            agree_terms(order=order, coupon=coupon.pk, act=shop.act())
            assert refused_again(shop, buyer, offer, coupon.pk, number) == "used_already"
            if end is not None:
                end(order=order, act=shop.by_clerk())
            else:
                release_unpaid(act=shop.act(31))
        assert CouponUse.objects.filter(given_back_at=None).count() == 0
        assert CouponUse.objects.count() == 3


def refused_again(shop: Shop, buyer: str, offer: object, coupon: int, number: int) -> str:
    """Return why a coupon that is used is not used for another order of the same buyer."""
    placed = shop.place((f"again{number}", buyer, offer, 2))[0].order
    return refused(agree_terms, order=Order.objects.get(pk=placed), coupon=coupon, act=shop.act())


class TestTheSameCouponAtOnce:
    @pytest.mark.parametrize("locks", [True, False])
    def test_is_used_once(self, own_database: str, locks: bool) -> None:
        """The other hears that it is used; without the lock the database refuses it."""
        shop = opened(enter_cast())
        offer, batch = shop.offered(10), issued(shop)
        (buyer,) = shop.buyers(1)
        lives(shop, buyer)
        coupon = claimed(shop, batch, buyer)
        orders = [Order.objects.get(pk=shop.place((f"k{n}", buyer, offer, 2))[0].order) for n in range(2)]
        act = shop.act()

        def use(order: Order) -> object:
            return lambda: agree_terms(order=order, coupon=coupon.pk, act=act)

        off = nullcontext() if locks else patch.object(QuerySet, "select_for_update", lambda self, **_: self)
        with off, patch.object(couponing, "discount_of", waiting(couponing.discount_of, 2 if locks else 20)):
            outcomes = both((use(orders[0]), use(orders[1])))
        assert outcomes == (["done", "used_already"] if locks else ["clash", "done"])
        assert CouponUse.objects.filter(given_back_at=None).count() == 1
        assert OrderTerms.objects.count() == Destination.objects.count() == 1


@pytest.mark.django_db
class TestFreight:
    def test_versions_follow_and_orders_keep_what_was_agreed(self, shop: Shop) -> None:
        template, offer = charged(shop), shop.offered(10)
        _, terms = agreed(shop, offer)
        set_freight(
            template=template, basis="PIECES", first=1, further=1, rates=[ProvinceRate(None, 100, 10)],
            valid_from=NOW + timedelta(minutes=1), act=shop.by_clerk(),
        )  # fmt: skip
        later = shop.ordered(offer, 3)
        lives(shop, later.buyer_id)
        assert agree_terms(order=later, act=shop.act(2)).freight_fen == 120
        terms.refresh_from_db()
        assert terms.freight_fen == 1_800

    def test_a_pack_s_own_goes_before_the_product_s_and_that_before_the_usual(self, shop: Shop) -> None:
        charged(shop)
        offer, by = shop.offered(10), shop.by_clerk()
        variant, own = shop.variant, {}
        for code, fen in (("A", 100), ("B", 200)):
            own[code] = enter_freight(channel=shop.channel, code=code, name_zh=code, name_en=code, act=by)
            set_freight(
                template=own[code], basis="PIECES", first=9, further=1, rates=[ProvinceRate(None, fen)], valid_from=NOW,
                act=by,
            )  # fmt: skip
        of = {"channel": shop.channel, "product": variant.product}
        found = [agreed(shop, offer, 1)[1].freight_fen]
        pick_freight(**of, template=own["A"], act=by)
        found.append(agreed(shop, offer, 1)[1].freight_fen)
        pick_freight(**of, variant=variant, template=own["B"], act=by)
        found.append(agreed(shop, offer, 1)[1].freight_fen)
        pick_freight(**of, variant=variant, template=None, act=by)
        found.append(agreed(shop, offer, 1)[1].freight_fen)
        assert found == [800, 100, 200, 100]

    def test_one_template_is_the_usual_one(self, shop: Shop) -> None:
        first = charged(shop)
        other = enter_freight(channel=shop.channel, code="2", name_zh="二", name_en="2", act=shop.by_clerk())
        revise_freight(template=other, name_zh="二", name_en="Two", is_usual=True, act=shop.by_clerk())
        first.refresh_from_db()
        assert (first.is_usual, other.is_usual) == (False, True)

    def test_refuses_what_is_wrong(self, shop: Shop) -> None:
        template, by = charged(shop), shop.by_clerk()
        good = {
            "template": template, "basis": "WEIGHT", "first": 1, "further": 1, "rates": [ProvinceRate(None, 1, 1)],
            "valid_from": NOW + timedelta(days=1), "act": by,
        }  # fmt: skip
        twice = [ProvinceRate(None), ProvinceRate(None)]
        county = [ProvinceRate(Place.objects.get(pk=CEHENG))]
        for code, change in (
            ("unknown_basis", {"basis": "MILES"}), ("amount_wrong", {"first": 0}), ("province_twice", {"rates": twice}),
            ("amount_wrong", {"rates": [ProvinceRate(None, -1)]}), ("not_a_province", {"rates": county}),
            ("nowhere", {"rates": []}), ("in_the_past", {"valid_from": NOW - timedelta(days=1)}), ("known", {"valid_from": NOW}),
        ):  # fmt: skip
            assert refused(set_freight, **{**good, **change}) == code

    def test_a_price_that_changed_meanwhile_is_not_sold(self, shop: Shop) -> None:
        offer = shop.offered(10)
        set_price(
            variant=shop.variant, price_fen=5_500, floor_fen=3_200, valid_from=NOW + timedelta(minutes=1), act=shop.by_clerk()
        )  # fmt: skip
        (buyer,) = shop.buyers(1)
        assert shop.place(("k", buyer, offer, 1), minutes=2)[0].code == "price_changed"
