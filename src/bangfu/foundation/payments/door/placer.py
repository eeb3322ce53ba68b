"""Messages taken for the door."""

from __future__ import annotations

import socket
from typing import Any

from django.utils import timezone

from bangfu.foundation.doors.frames import Rows
from bangfu.foundation.doors.placer import placer_of_account
from bangfu.foundation.operations import Act
from bangfu.foundation.payments.hearing import Arrived, answers_to
from bangfu.foundation.payments.providing import door_account
from bangfu.foundation.people.models import Account

NOT_FOUND = (404, "", "text/plain; charset=utf-8")


def serve(channel: socket.socket) -> None:
    """Take messages until the door is gone: rows of number, account's code, headers and body are answered with status, text and
    kind of text."""
    placer_of_account(channel, carry=_taken, account=_account).serve()


def _account() -> Account:
    return door_account(on=timezone.localdate())


def _taken(batch: Rows, act: Act) -> list[tuple[Any, ...]]:
    replies = answers_to([Arrived(account, meta, body) for _, account, meta, body in batch], act)
    return [NOT_FOUND if one is None else (one.status, one.text, one.kind) for one in replies]
