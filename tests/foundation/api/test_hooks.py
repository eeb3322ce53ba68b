"""Webhooks by the API: a system's account subscribes through its token, within the token's limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.utils import timezone

from bangfu.foundation.api.operations import revoke_any_token
from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.notices.models import Notice
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.webhooks.kinds import FINDING_RAISED, KINDS
from bangfu.foundation.webhooks.models import Delivery, Event, Subscription
from bangfu.foundation.webhooks.operations import subscribe
from bangfu.foundation.webhooks.sending import deliver_due, end_expired, something_waits
from bangfu.foundation.webhooks.signing import secret_of
from tests.cast import FOUNDED, Cast
from tests.foundation.api.asking import Program

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/bangfu"


@pytest.fixture(autouse=True)
def _allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]


@pytest.fixture
def system(cast: Cast) -> Account:
    """The account of a system of the Guizhou branch, which cannot sign in."""
    with system_writes("a system of the tests"):
        account = Account.objects.create(username="gz-mis", kind="SYSTEM", title="贵州经分系统")
        RoleGrant.objects.create(account=account, role="officer", unit=cast.guizhou, starts_on=FOUNDED)
    return account


def instant(at: datetime) -> str:
    """Return a moment as the API says it."""
    return DjangoJSONEncoder().default(at).strip('"')


def wanted(*kinds: str, url: str = URL) -> dict[str, Any]:
    return {"url": url, "kinds": list(kinds or KINDS)}


class TestSubscribe:
    def test_a_system_subscribes_and_is_told_the_secret_once(self, system: Account) -> None:
        program = Program(system)
        answer = program.post("/webhooks", wanted(FINDING_RAISED), Idempotency_Key="a")
        made = Subscription.objects.get()
        told = answer.json()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert told["secret"] == secret_of(made.pk, 1)
        assert (made.account, made.url, made.kinds, made.limited_to) == (system, URL, [FINDING_RAISED], None)
        again = program.post("/webhooks", wanted(FINDING_RAISED), Idempotency_Key="a")
        assert (again.json(), Subscription.objects.count()) == (told, 1)
        (listed,) = program.get("/webhooks").json()
        assert listed == told["subscription"]
        other = program.post("/webhooks", wanted(), Idempotency_Key="a")
        assert (other.status_code, other.json()["code"]) == (409, "key_reused")

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (wanted(url="https://elsewhere.example.com/"), 409, "host_not_allowed"),
            (wanted("no.such"), 404, "unknown_kind"),
            ({"url": URL, "kinds": []}, 409, "no_kind"),
            ({"url": URL}, 422, "invalid"),
        ],
    )
    def test_is_refused_as_at_the_page(
        self, system: Account, body: dict[str, Any], status: int, code: str
    ) -> None:
        answer = Program(system).post("/webhooks", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Subscription.objects.exists()

    def test_a_token_that_may_only_read_does_not_subscribe(self, system: Account) -> None:
        answer = Program(system, is_read_only=True).post("/webhooks", wanted())
        assert (answer.status_code, answer.json()["code"]) == (403, "read_only")

    def test_a_limited_token_is_told_only_what_it_may_know(
        self, cast: Cast, system: Account, settings: Any
    ) -> None:
        settings.WEBHOOK_PLAIN_HOSTS = ["127.0.0.1"]  # where nobody listens: it is written down who is told
        narrow = Program(system, permissions=["network.view"])
        wide = Program(system, permissions=["findings.view", "network.view"])
        for program in (narrow, wide):
            body = wanted(FINDING_RAISED, url="http://127.0.0.1:9/")
            assert program.post("/webhooks", body).status_code == 200
        raise_finding(unit=cast.guizhou, title="站址不对", act=Act.now(cast.officer))
        deliver_due(timezone.now())
        told = [one.subscription.limited_to for one in Delivery.objects.select_related("subscription")]
        assert told == [["findings.view", "network.view"]]


class TestChange:
    def test_stops_and_renews_its_own(self, system: Account) -> None:
        program = Program(system)
        key = program.post("/webhooks", wanted()).json()["subscription"]["id"]
        renewed = program.post(f"/webhooks/{key}/renew")
        assert renewed.json()["secret"] == secret_of(Subscription.objects.get().pk, 2)
        assert program.post(f"/webhooks/{key}/stop").json()["stopped_at"] is not None
        again = program.post(f"/webhooks/{key}/stop")
        assert (again.status_code, again.json()["code"]) == (409, "stopped_already")

    def test_reaches_nobody_elses(self, cast: Cast, system: Account) -> None:
        key = Program(system).post("/webhooks", wanted()).json()["subscription"]["id"]
        for path in (f"/webhooks/{key}/stop", f"/webhooks/{key}/renew"):
            assert Program(cast.officer).post(path).status_code == 404
            limited = Program(system, permissions=["network.view"]).post(path)
            assert (limited.status_code, limited.json()["code"]) == (409, "not_by_token")
        held = Subscription.objects.get()
        assert (held.stopped_at, held.secret_version) == (None, 1)


class TestEndsWithItsToken:
    def test_a_revoked_token_takes_what_it_subscribed_with_it(self, cast: Cast, system: Account) -> None:
        program, other = Program(system), Program(system)
        program.post("/webhooks", wanted(FINDING_RAISED), Idempotency_Key="a")
        other.post("/webhooks", wanted(FINDING_RAISED), Idempotency_Key="b")
        ended, stays = Subscription.objects.order_by("made_at")
        assert (ended.through, stays.through) == (program.made.prefix, other.made.prefix)
        with system_writes("a message that waits"):
            event = Event.objects.create(kind=FINDING_RAISED, data={}, happened_at=timezone.now())
            for one in (ended, stays):
                Delivery.objects.create(subscription=one, event=event, due_at=timezone.now())
        act = Act.now(cast.security)
        revoke_any_token(token=program.made, act=act)
        assert list(Subscription.objects.order_by("made_at").values_list("stopped_at", flat=True)) == [
            act.at,
            None,
        ]
        states = dict(Delivery.objects.values_list("subscription", "state"))
        assert states == {ended.pk: "GIVEN_UP", stays.pk: "WAITING"}

    def test_what_a_token_subscribed_ends_when_it_expires_and_its_owner_is_told(
        self, cast: Cast, client: Client
    ) -> None:
        program = Program(cast.officer)
        answer = program.post("/webhooks", wanted(FINDING_RAISED)).json()["subscription"]
        by_hand = subscribe(account=cast.officer, url=URL, kinds=[FINDING_RAISED], act=Act.now(cast.officer))
        over = program.made.expires_at
        held = Subscription.objects.get(pk=answer["id"])
        assert (held.ends_at, by_hand.ends_at, answer["ends_at"]) == (over, None, instant(over))
        with system_writes("a message that waits"):
            event = Event.objects.create(kind=FINDING_RAISED, data={}, happened_at=over, told_at=over)
            for one in (held, by_hand):
                Delivery.objects.create(subscription=one, event=event, due_at=over + timedelta(days=9))
        before = over - timedelta(microseconds=1)
        assert (end_expired(before), something_waits(before)) == (0, False)
        assert something_waits(over)
        assert (deliver_due(over), something_waits(over)) == (0, False)
        held.refresh_from_db()
        assert (held.stopped_at, held.ended_with_token) == (over, True)
        states = dict(Delivery.objects.values_list("subscription", "state"))
        assert states == {held.pk: "GIVEN_UP", by_hand.pk: "WAITING"}
        notice = Notice.objects.get(kind="webhooks.ended")
        assert (notice.account, notice.address) == (cast.officer, f"/webhooks/{held.pk}/")
        assert "hooks.example.com" in notice.body_en
        client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
        assert "令牌到期，已停用" in client.get(f"/webhooks/{held.pk}/").content.decode()
        assert "令牌到期，已停用" in client.get("/webhooks/").content.decode()
