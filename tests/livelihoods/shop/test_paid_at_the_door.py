"""Orders paid at the door of providers: everybody who waits is one operation, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from bangfu.foundation.doors.asking import Reply
from bangfu.foundation.payments.door.answering import Door
from bangfu.foundation.payments.hearing import LONGEST_MESSAGE
from bangfu.foundation.payments.models import Message, Step
from bangfu.foundation.payments.models import Payment as Intent
from bangfu.livelihoods.shop.models import Order, Payment
from bangfu.livelihoods.shop.operations import check_out
from bangfu.site.front.application import MESSAGES_PLACER
from tests.cast import enter_cast
from tests.foundation.payments.conftest import keys
from tests.foundation.payments.fakes import APP, SELLER, FakeAlipay
from tests.foundation.payments.independent import Pair
from tests.livelihoods.shop.sold import PRICE_FEN, Shop, check_books, counted, opened
from tests.livelihoods.shop.test_checking_out import merchant
from tests.livelihoods.shop.test_killed import child_that_runs, kill, served

META = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "REMOTE_ADDR": "203.0.113.7"}
WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@dataclass
class Paying:
    """A shop whose orders are paid by Alipay, and Alipay."""

    shop: Shop
    alipay: FakeAlipay
    intents: list[Intent]
    database: str

    def message(self, at: int, **changes: str) -> bytes:
        """Return what Alipay says when the order of this place is paid."""
        one = self.intents[at]
        self.alipay.pay(one.number, one.amount_fen)
        return self.alipay.message(one.number, **changes)


@pytest.fixture
def paying(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paying]:
    """Twelve orders of one pack that wait to be paid."""
    monkeypatch.setenv("DATABASE_URL", own_database)  # the placer is a process of its own
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
    monkeypatch.setenv("BANGFU_VAR", str(settings.VAR))
    connection.settings_dict["CONN_MAX_AGE"] = 600
    shop, fake = opened(enter_cast()), FakeAlipay(Pair(), Pair())
    into = merchant(shop.cast, code="ali", provider="ALIPAY", app_id=APP, merchant_number=SELLER)
    offer = shop.offered(50)
    orders = [shop.ordered(offer) for _ in range(12)]
    intents = [check_out(order=one, merchant=into, act=shop.act()) for one in orders]
    with keys("ali", private_key__pem=fake.merchant.private, platform_key__pem=fake.platform.public):
        yield Paying(shop, fake, intents, own_database)


@asynccontextmanager
async def opened_door() -> AsyncIterator[Door]:
    door = Door(asyncio.get_running_loop(), MESSAGES_PLACER)
    try:
        yield door
    finally:
        await asyncio.to_thread(door.end)


def told(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body.decode()


TAKEN, NOT_TAKEN = (200, "success"), (200, "failure")


def check_paid(count: int) -> None:
    """Look whether so many orders are paid, each once, and counted."""
    assert Order.objects.filter(state="PAID").count() == count
    assert Intent.objects.filter(state="PAID").count() == Payment.objects.count() == count
    assert Step.objects.filter(done="PAID", heard="MESSAGE").count() == count
    assert counted()["paid"] == f"{count * PRICE_FEN / 100:.2f}"
    check_books()


def test_everybody_who_waits_is_answered_by_himself(paying: Paying) -> None:
    true = [paying.message(at) for at in range(12)]
    bodies = [
        *true[:9], true[0], paying.message(1, trade_no="T2"), paying.message(9, total_amount="0.01"),
        true[10].replace(b"sign=", b"sign=AAAA"), paying.message(11, out_trade_no="f" * 32),
    ]  # fmt: skip

    async def run() -> None:
        async with opened_door() as door:
            replies = await asyncio.gather(*(door.take("ali", META, one) for one in bodies))
            assert [told(one) for one in replies] == [TAKEN] * 10 + [NOT_TAKEN] * 4
            assert told(await door.take("nobody", META, true[0])) == (404, "")
            assert (await door.take("ali", META, b"x" * (LONGEST_MESSAGE + 1))).status == 413
            assert told(await door.take("ali", META, true[9])) == TAKEN

    asyncio.run(run())
    check_paid(10)
    codes = sorted(Message.objects.values_list("code", flat=True))
    assert codes == ["bad_signature", "other_transaction", "unknown_payment", "wrong_amount"]


def test_a_placer_that_is_killed_in_the_middle_leaves_nothing_out_and_nothing_twice(paying: Paying) -> None:
    bodies = [paying.message(at) for at in range(12)]

    async def run() -> None:
        async with opened_door() as door:
            with psycopg.connect(paying.database) as other:
                other.execute("SELECT FROM shop_order WHERE id = %s FOR UPDATE", [paying.intents[7].pays_id])
                waiting = [asyncio.ensure_future(door.take("ali", META, one)) for one in bodies]
                with psycopg.connect(paying.database, autocommit=True) as looking:
                    while looking.execute(WAITS).fetchone() == (0,):
                        await asyncio.sleep(0.05)
                assert not any(one.done() for one in waiting), "what is not committed is not acknowledged"
                kill(child_that_runs(MESSAGES_PLACER[-1], os.getpid()))
                await asyncio.sleep(0.2)
            assert [told(one) for one in await asyncio.gather(*waiting)] == [TAKEN] * 12

    asyncio.run(asyncio.wait_for(run(), 60))
    check_paid(12)


def test_the_front_hands_messages_to_the_door_and_all_else_to_pages(paying: Paying) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])

    def asked(method: str, path: str, body: bytes = b"") -> tuple[int, str]:
        address = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            address.request(method, path, body, {"Content-Type": META["CONTENT_TYPE"]})
            answer = address.getresponse()
            return answer.status, answer.read().decode()
        finally:
            address.close()

    def is_up() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    with served(paying.database, port):
        until = time.monotonic() + 60
        while not is_up():
            assert time.monotonic() < until
            time.sleep(0.05)
        message = paying.message(0)
        assert [asked("POST", "/payments/told/ali/", message) for _ in range(2)] == [TAKEN] * 2
        assert asked("POST", "/payments/told/ali/", message.replace(b"sign=", b"sign=AAAA")) == NOT_TAKEN
        assert asked("POST", "/payments/told/ali/", b"x" * (LONGEST_MESSAGE + 1))[0] == 413
        assert asked("POST", "/payments/told/nobody/", message)[0] == 404
        assert asked("GET", "/payments/told/ali/")[0] == 405, "which Django says"
    check_paid(1)
    refused = Message.objects.get()
    assert (refused.code, refused.number) == ("bad_signature", "")


def test_the_door_is_where_providers_are_told_to_post() -> None:
    found = Door.account_at
    assert found("POST", "/payments/told/ali-2/") == "ali-2"
    for method, path in (
        ("GET", "/payments/told/ali/"), ("POST", "/payments/told/ali"), ("POST", "/payments/told/"),
        ("POST", "/payments/told/a/b/"), ("POST", "/payments/1/ask"), ("POST", "/en/payments/told/ali/"),
    ):  # fmt: skip
        assert found(method, path) is None
