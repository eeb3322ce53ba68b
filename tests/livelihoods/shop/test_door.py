"""The door: who is let in, what is a request, and everybody who waits answered by one call."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from bangfu.foundation.doors.asking import LARGEST_BODY, Asked, Reply
from bangfu.foundation.operations import Act, system_writes
from bangfu.livelihoods.shop.door.answering import PROBLEMS, REQUESTS_A_SECOND, Door
from bangfu.livelihoods.shop.door.tokens import VALID_FOR_S, buyer_of, issue_token
from bangfu.livelihoods.shop.models import Offer, Order, Stock
from bangfu.livelihoods.shop.operations import admit_buyers, set_price
from bangfu.livelihoods.shop.queries import door_account
from bangfu.site.front.application import PLACER
from tests.cast import FOUNDED, enter_cast
from tests.livelihoods.shop.sold import PRICE_FEN, Shop, check_books, opened


@pytest.fixture
def shop(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("DATABASE_URL", own_database)  # the placer is a process of its own
    connection.settings_dict["CONN_MAX_AGE"] = 600
    return opened(enter_cast())


def order(key: str, offer: int, quantity: object = 1, price_fen: int = PRICE_FEN) -> bytes:
    return json.dumps(
        {"key": key, "lines": [{"offer": offer, "quantity": quantity, "price_fen": price_fen}]}
    ).encode()


def asked(
    token: str = "", method: str = "POST", path: str = "/shop/live/orders", is_english: bool = False
) -> Asked:
    return Asked(method, path, f"Bearer {token}" if token else "", is_english)


def code(reply: Reply) -> str:
    return str(json.loads(reply.body).get("code", ""))


class TestToken:
    def test_tells_its_buyer_for_a_day_and_no_longer(self) -> None:
        buyer, now = uuid4(), timezone.now()
        token = issue_token(buyer, at=now)
        assert buyer_of(token, at_s=now.timestamp() + VALID_FOR_S - 2) == str(buyer)
        assert buyer_of(token, at_s=now.timestamp() + VALID_FOR_S + 2) is None

    def test_a_changed_or_cut_token_is_nobodys(self) -> None:
        token, now = issue_token(uuid4(), at=timezone.now()), timezone.now().timestamp()
        other = "A" if token[5] != "A" else "B"
        for wrong in (
            token[:5] + other + token[6:],
            token[:-4],
            "",
            "罗文",
            token + "AAAA",
            "?" * len(token),
        ):
            assert buyer_of(wrong, at_s=now) is None


class TestDoor:
    def test_answers_everybody_who_waits(self, shop: Shop) -> None:
        offer = shop.offered(30, in_sale=True).pk
        now = timezone.now()
        with system_writes("a sale that is on now"):
            Offer.objects.update(closes_at=now + timedelta(hours=1))
        buyers = admit_buyers(payer="PUBLIC", count=40, act=Act(actor=door_account(on=FOUNDED), at=now))
        tokens = [issue_token(one.pk, at=now) for one in buyers]

        async def run() -> None:
            door = Door(asyncio.get_running_loop(), PLACER)
            try:
                replies = await asyncio.gather(
                    *(door.place(asked(token), order("k", offer)) for token in tokens)
                )
                assert sorted(reply.status for reply in replies) == [201] * 30 + [409] * 10
                assert {code(reply) for reply in replies if reply.status == 409} == {"sold_out"}
                first = await door.place(asked(tokens[0]), order("k", offer))
                assert (first.status, json.loads(first.body)["again"]) == (200, True)
                assert json.loads(first.body)["order"] == json.loads(replies[0].body)["order"]
                assert code(await door.place(asked(tokens[0]), order("k", offer, 2))) == "key_reused"

                told = await door.answer(asked(tokens[0], "GET", "/shop/live/orders/k"))
                assert json.loads(told.body)["state"] == "PLACED"
                assert (
                    code(await door.answer(asked(tokens[39], "GET", "/shop/live/orders/none")))
                    == "unknown_key"
                )

                stream = await door.answer(asked(method="GET", path=f"/shop/live/sales/{shop.sale.pk}/board"))
                assert stream.pieces is not None
                piece = (await anext(stream.pieces)).decode()
                assert json.loads(piece.partition("data: ")[2])["orders"] == 30
                await stream.pieces.aclose()
            finally:
                await asyncio.to_thread(door.end)

        asyncio.run(run())
        assert Order.objects.count() == 30
        assert Stock.objects.get(sale=shop.sale).free == 0
        check_books()

    def test_lets_nobody_in_without_a_token_too_often_or_with_what_is_no_request(self, shop: Shop) -> None:
        offer, token = shop.offered(5).pk, issue_token(uuid4(), at=timezone.now())
        good = {"offer": offer, "quantity": 1, "price_fen": PRICE_FEN}
        malformed = [
            b"", b"[]", b"{}", b"\xff", b'{"key":1,"lines":[{}]}', b'{"key":"k","lines":[]}', b'{"key":"k","lines":7}',
            order("k", offer, 1.5), order("k", offer, True), order("k", offer, "1"), order("k", 2**60),
            json.dumps({"key": "k", "lines": [good] * 51}).encode(), b"[" * 5000,
        ]  # fmt: skip

        async def run() -> None:
            door = Door(asyncio.get_running_loop(), PLACER)
            try:
                assert code(await door.place(asked(), order("k", offer))) == "unknown_token"
                assert code(await door.place(asked("forged"), order("k", offer))) == "unknown_token"
                for body in malformed:
                    fresh = issue_token(uuid4(), at=timezone.now())
                    assert code(await door.place(asked(fresh), body)) == "malformed"
                assert code(await door.place(asked(token), b"x" * (LARGEST_BODY + 1))) == "too_large"
                codes = [code(await door.place(asked(token), b"")) for _ in range(3 * REQUESTS_A_SECOND)]
                assert codes[0] == "malformed"
                assert "too_often" in codes
                for path, method, expected in (
                    ("/shop/live/", "GET", "unknown_address"),
                    ("/shop/live/sales/1/board", "POST", "wrong_method"),
                    ("/shop/live/sales/999999/board", "GET", "unknown_address"),
                    ("/shop/live/sales/x/board", "GET", "unknown_address"),
                ):  # fmt: skip
                    assert code(await door.answer(asked(token, method, path))) == expected
            finally:
                await asyncio.to_thread(door.end)

        asyncio.run(run())
        assert Order.objects.count() == 0

    def test_a_placer_that_ends_again_and_again_is_told_of(self) -> None:
        buyer = issue_token(uuid4(), at=timezone.now())

        async def run() -> None:
            door = Door(asyncio.get_running_loop(), [sys.executable, "-c", ""])
            try:
                reply = await door.place(asked(buyer), order("k", 1))
                assert (reply.status, code(reply)) == (503, "unavailable")
            finally:
                await asyncio.to_thread(door.end)

        asyncio.run(run())

    def test_every_problem_is_said_in_both_languages(self) -> None:
        for status, words in PROBLEMS.codes.values():
            assert 400 <= status < 600
            assert words.zh
            assert words.en


def test_a_price_that_is_followed_is_refused_under_the_basket(shop: Shop) -> None:
    offer = shop.offered(5).pk
    now = timezone.now()
    set_price(
        variant=shop.variant,
        price_fen=100,
        floor_fen=50,
        valid_from=now,
        act=Act(actor=shop.cast.clerk, at=now),
    )
    buyer = admit_buyers(payer="PUBLIC", act=Act(actor=door_account(on=FOUNDED), at=now))[0]
    token = issue_token(buyer.pk, at=now)

    async def run() -> Reply:
        door = Door(asyncio.get_running_loop(), PLACER)
        try:
            return await door.place(asked(token, is_english=True), order("k", offer))
        finally:
            await asyncio.to_thread(door.end)

    reply = asyncio.run(run())
    assert (reply.status, json.loads(reply.body)["code"]) == (409, "price_changed")
    assert (
        json.loads(reply.body)["detail"]
        == "The price has changed. Look at the new one and place the order again."
    )
