"""A sender that is killed in the middle of a letter: the letter is sent by the next, once."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime

from bangfu.foundation.notices.models import ChannelSetting, Delivery
from bangfu.foundation.notices.sending import HELD, deliver_due
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from tests.cast import enter_cast
from tests.foundation.notices.receiving import MailServer, listening
from tests.foundation.notices.toy import ALARM, told

SENDER = """
import django
django.setup()
from bangfu.foundation.notices.sending import deliver_due
deliver_due()
"""


def test_a_letter_is_neither_lost_nor_sent_twice(own_database: str) -> None:
    cast, post_office = enter_cast(), MailServer()
    arrived, go_on = threading.Event(), threading.Event()

    def stall() -> None:
        arrived.set()
        go_on.wait(60)

    with listening(post_office):
        with system_writes("a test's set-up"):
            Account.objects.filter(pk=cast.clerk.pk).update(email="weilan@example.org")
            ChannelSetting.objects.create(
                channel="EMAIL", is_on=True, changed_at=datetime.now(UTC),
                settings={
                    "host": "127.0.0.1", "port": post_office.port, "encryption": "NONE",
                    "sender": "bangfu@example.org", "user": "",
                },
            )  # fmt: skip
        told(cast, ALARM, cast.clerk, at=datetime.now(UTC))
        post_office.before_taking = stall
        post_office.answers = [b"451 nobody listens any more"]
        environment = {
            **os.environ,
            "DATABASE_URL": own_database,
            "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
        }
        sender = subprocess.Popen([sys.executable, "-c", SENDER], env=environment)
        assert arrived.wait(60)
        sender.kill()
        sender.wait(20)
        post_office.before_taking = lambda: None
        go_on.set()
        now = datetime.now(UTC)
        assert deliver_due(now) == 0
        assert deliver_due(now + HELD) == 1
        assert deliver_due(now + 2 * HELD) == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tried, delivery.attempts.count()) == ("DELIVERED", 1, 1)
    ((to, letter),) = post_office.taken
    assert to == "weilan@example.org"
    assert str(email.message_from_bytes(letter)["Message-ID"]).startswith("<bangfu-notice-")
