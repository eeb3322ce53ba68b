"""Webhooks: written beside what happened, told to those who may know, signed, tried again, and only where it is allowed."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.connectivity.network.operations import return_stations
from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from bangfu.foundation.webhooks.addresses import Unreachable, resolved, target_of
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import Attempt, Delivery, Event, Subscription
from bangfu.foundation.webhooks.operations import (
    UnableToChangeSubscription,
    UnableToSubscribe,
    renew_secret,
    send_again,
    stop_subscription,
    subscribe,
)
from bangfu.foundation.webhooks.sending import WAITS, begin_delivering, deliver_due, something_waits
from bangfu.foundation.webhooks.signing import secret_of
from tests.cast import CEHENG, Cast, enter_cast
from tests.connectivity.network.reporting import Row, Sheet, imported

SIGN_IN = {"backend": "django.contrib.auth.backends.ModelBackend"}


class Receiver:
    """Another system on this machine, which keeps what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((dict(self.headers.items()), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks?of=bangfu"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PLAIN_HOSTS = ["127.0.0.1"]
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def csv_of(client: Client, address: str) -> list[list[str]]:
    """Return the rows of a list as a file, without its heading and what stands below them."""
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    return rows[1 : rows.index([])]


def subscribed(account: Account, url: str, *kinds: str) -> Subscription:
    return subscribe(account=account, url=url, kinds=list(kinds or KINDS), act=Act.now(account))


def raised(cast: Cast, title: str = "站址不对", unit: Any = None) -> Any:
    return raise_finding(unit=unit or cast.guizhou, title=title, act=Act.now(cast.officer))


class TestSubscribe:
    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("http://hooks.example.com/", "not_https"),
            ("ftp://hooks.example.com/", "not_https"),
            ("https://user:word@hooks.example.com/", "not_https"),
            ("https://hooks.example.com/#a", "not_https"),
            ("https://hooks.example.com/ x", "not_https"),
            ("https://hooks.example.com:99999/", "not_https"),
            ("https:///x", "not_https"),
            ("https://例子.com/", "not_https"),
            ("https://elsewhere.example.com/", "host_not_allowed"),
            ("https://hooks.example.com:8443/", "host_not_allowed"),
            ("https://hooks.example.com.evil.example/", "host_not_allowed"),
            ("https://127.0.0.1/", "host_not_allowed"),
            ("https://[::1]/", "host_not_allowed"),
        ],
    )
    def test_refuses_addresses_that_nobody_allowed(
        self, cast: Cast, settings: Any, url: str, code: str
    ) -> None:
        settings.WEBHOOK_HOSTS = ["hooks.example.com"]
        with pytest.raises(UnableToSubscribe) as refused:
            subscribed(cast.officer, url)
        assert (refused.value.code, Subscription.objects.exists()) == (code, False)

    def test_takes_an_allowed_host_and_port(self, cast: Cast, settings: Any) -> None:
        settings.WEBHOOK_HOSTS = ["hooks.example.com", "in.example.com:8443"]
        subscribed(cast.officer, "https://HOOKS.example.com/a?b=c")
        subscribed(cast.officer, "https://in.example.com:8443/")
        assert Subscription.objects.count() == 2

    def test_refuses_no_kind_and_unknown_ones(self, cast: Cast, receiver: Receiver) -> None:
        for kinds, code in (([], "no_kind"), (["record.seen"], "unknown_kind")):
            with pytest.raises(UnableToSubscribe) as refused:
                subscribe(account=cast.officer, url=receiver.url, kinds=kinds, act=Act.now(cast.officer))
            assert refused.value.code == code

    def test_names_that_lead_inwards_are_not_followed(self, settings: Any) -> None:
        settings.WEBHOOK_HOSTS = ["localhost", "169.254.169.254"]
        for url in ("https://localhost/", "https://169.254.169.254/"):
            with pytest.raises(Unreachable) as refused:
                resolved(target_of(url))
            assert str(refused.value) == "host_not_allowed"


class TestEvents:
    def test_without_a_subscription_nothing_is_written(self, cast: Cast) -> None:
        raised(cast)
        assert not Event.objects.exists()

    def test_a_dry_run_tells_nobody(self, cast: Cast, receiver: Receiver) -> None:
        subscribed(cast.officer, receiver.url)
        raise_finding(unit=cast.guizhou, title="x", act=Act.now(cast.officer).tried())
        assert not Event.objects.exists()

    def test_a_finding_is_told_to_whoever_may_read_it(self, cast: Cast, receiver: Receiver) -> None:
        for account in (cast.officer, cast.outsider, cast.clerk_of_yunnan):
            subscribed(account, receiver.url, "finding.raised")
        finding = raised(cast)
        assert deliver_due() == 1
        ((headers, body),) = receiver.taken
        told = json.loads(body)
        assert (told["type"], told["data"]) == ("finding.raised", {"rule": "", "ids": [finding.pk]})
        assert Delivery.objects.get().subscription.account == cast.officer
        assert headers["Content-Type"] == "application/json"

    def test_a_paper_is_told_once(self, cast: Cast, receiver: Receiver, tmp_path: Path) -> None:
        subscribed(cast.officer, receiver.url, "record.decided")
        sheet = Sheet([Row("GZ-CH-0417"), Row("GZ-CH-0418")])
        paper: Batch = imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        return_stations(batch=paper, remark="缺照片", act=Act.now(cast.verifier))
        deliver_due()
        told = json.loads(receiver.taken[0][1])["data"]
        assert (told["record_type"], told["state"], told["count"], told["paper"]) == (
            "network.station",
            "RETURNED",
            2,
            paper.pk,
        )
        assert "缺照片" not in receiver.taken[0][1].decode()


class TestDelivering:
    def test_is_signed_as_standard_webhooks_say(self, cast: Cast, receiver: Receiver) -> None:
        made = subscribed(cast.officer, receiver.url)
        raised(cast)
        deliver_due()
        headers, body = receiver.taken[0]
        secret = base64.b64decode(secret_of(made.pk, 1).removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
        assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60

    def test_is_tried_again_until_it_is_taken(self, cast: Cast, receiver: Receiver) -> None:
        subscribed(cast.officer, receiver.url)
        assert not something_waits(timezone.now())
        raised(cast)
        receiver.answers = [500, 302]
        now = timezone.now()
        assert something_waits(now)
        assert deliver_due(now) == 1
        assert not something_waits(now)
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.tried, delivery.due_at) == ("WAITING", 1, now + WAITS[0])
        assert deliver_due(now) == 0
        assert deliver_due(now + WAITS[0]) == 1
        assert deliver_due(now + WAITS[0] + WAITS[1]) == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.tried) == ("DELIVERED", 3)
        assert [one.status for one in Attempt.objects.order_by("id")] == [500, 302, 204]
        assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
        assert deliver_due(now + timedelta(days=9)) == 0

    def test_is_given_up_after_the_last_wait(self, cast: Cast, receiver: Receiver) -> None:
        subscribed(cast.officer, receiver.url)
        raised(cast)
        receiver.server.shutdown()
        receiver.server.server_close()
        now = timezone.now()
        for _ in range(len(WAITS) + 1):
            assert deliver_due(now) == 1
            now += timedelta(days=2)
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts.count()) == ("GIVEN_UP", len(WAITS) + 1)
        assert delivery.attempts.first().fault.startswith("ConnectionRefusedError")
        assert deliver_due(now + timedelta(days=9)) == 0

    def test_a_host_that_is_allowed_no_more_is_sent_nothing(
        self, cast: Cast, receiver: Receiver, settings: Any
    ) -> None:
        subscribed(cast.officer, receiver.url)
        raised(cast)
        settings.WEBHOOK_PLAIN_HOSTS = []
        deliver_due()
        assert (receiver.taken, Attempt.objects.get().fault) == ([], "not_https")

    def test_sent_again_it_begins_anew(self, cast: Cast, receiver: Receiver) -> None:
        subscribed(cast.officer, receiver.url)
        raised(cast)
        deliver_due()
        delivery = Delivery.objects.get()
        with pytest.raises(UnableToChangeSubscription) as refused:
            send_again(account=cast.clerk, delivery=delivery, act=Act.now(cast.clerk))
        assert refused.value.code == "not_own"
        send_again(account=cast.officer, delivery=delivery, act=Act.now(cast.officer))
        deliver_due()
        assert [headers["webhook-id"] for headers, _ in receiver.taken] == [f"msg_{delivery.event_id}"] * 2

    def test_a_new_secret_signs_from_then_on(self, cast: Cast, receiver: Receiver) -> None:
        made = subscribed(cast.officer, receiver.url)
        renewed = renew_secret(account=cast.officer, subscription=made, act=Act.now(cast.officer))
        assert secret_of(made.pk, renewed.secret_version) != secret_of(made.pk, 1)

    def test_stopped_nothing_more_is_sent(self, cast: Cast, receiver: Receiver) -> None:
        made = subscribed(cast.officer, receiver.url)
        raised(cast)
        stop_subscription(account=cast.officer, subscription=made, act=Act.now(cast.officer))
        raised(cast, "另一件")
        assert (deliver_due(), receiver.taken, Event.objects.count()) == (0, [], 1)
        with pytest.raises(UnableToChangeSubscription) as refused:
            stop_subscription(account=cast.officer, subscription=made, act=Act.now(cast.officer))
        assert refused.value.code == "stopped_already"


class TestPages:
    def test_from_subscribing_to_sending_again(self, cast: Cast, receiver: Receiver, client: Client) -> None:
        client.force_login(cast.officer, **SIGN_IN)
        assert "还没有订阅" in client.get("/webhooks/").content.decode()
        fields = {"key": "k", "url": receiver.url, "kinds": ["finding.raised"]}
        answer = client.post("/webhooks/new", fields)
        made = Subscription.objects.get()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert secret_of(made.pk, 1) in answer.content.decode()
        raised(cast)
        deliver_due()
        assert "已送达" in client.get(f"/webhooks/{made.pk}/?state=DELIVERED").content.decode()
        delivery = Delivery.objects.get()
        page = client.get(f"/webhooks/deliveries/{delivery.pk}/").content.decode()
        assert "204" in page
        assert f"msg_{delivery.event_id}" in page
        told = csv_of(client, f"/webhooks/{made.pk}/messages.csv?state=DELIVERED")
        assert [*told[0][:3], *told[0][4:7], *told[0][8:]] == [
            f"msg_{delivery.event_id}", "疑点提出或重新打开", "finding.raised", "已送达", "1", "", "204", "",
        ]  # fmt: skip
        assert csv_of(client, f"/webhooks/{made.pk}/messages.csv?state=WAITING") == []
        assert client.post(f"/webhooks/deliveries/{delivery.pk}/again").status_code == 302
        delivery.refresh_from_db()
        assert delivery.state == "WAITING"
        assert client.post(f"/webhooks/{made.pk}/renew").status_code == 200
        assert client.post(f"/webhooks/{made.pk}/stop").status_code == 302
        client.force_login(cast.clerk, **SIGN_IN)
        for address in (
            f"/webhooks/{made.pk}/",
            f"/webhooks/{made.pk}/messages.csv",
            f"/webhooks/deliveries/{delivery.pk}/",
        ):
            assert client.get(address).status_code == 404

    def test_a_refusal_says_what_to_do(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.officer, **SIGN_IN)
        fields = {"key": "k", "url": "https://elsewhere.example.com/", "kinds": ["finding.raised"]}
        answer = client.post("/webhooks/new", fields)
        assert answer.status_code == 409
        assert "BANGFU_WEBHOOK_HOSTS" in answer.content.decode()


def test_places_narrow_who_is_told(cast: Cast, receiver: Receiver) -> None:
    subscribed(cast.county_official, receiver.url, "finding.raised")
    raised(cast, "县里的事", cast.ceheng)
    raised(cast, "省里的事", cast.yunnan)
    deliver_due()
    assert [one.event.place for one in Delivery.objects.all()] in ([], [CEHENG])


def test_the_worker_sends_beside_its_work(own_database: str, receiver: Receiver) -> None:
    cast = enter_cast()
    subscribed(cast.officer, receiver.url, "finding.raised")
    begin_delivering()
    raised(cast)
    begin_delivering()
    for thread in threading.enumerate():
        if thread.name == "webhooks":
            thread.join(30)
    assert (len(receiver.taken), Delivery.objects.get().state) == (1, "DELIVERED")
