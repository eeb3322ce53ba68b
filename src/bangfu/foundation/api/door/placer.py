"""Vouchers taken for the door."""

from __future__ import annotations

import socket
from collections import defaultdict
from datetime import date
from typing import Any

from django.utils import timezone

from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.api.tokens import act_through, in_force, note_use, tokens_of
from bangfu.foundation.doors.frames import Rows
from bangfu.foundation.doors.placer import Placer
from bangfu.foundation.money.operations import Line, NewVoucher, UnitVoucher, take_vouchers

Answer = tuple[int | None, str, tuple[str, str] | None, bool]
"""The entry's key, a code, what its sentence says in Chinese and English, and whether it is the first answer once more; a code
without a sentence is the door's own."""


def serve(channel: socket.socket) -> None:
    """Take vouchers until the door is gone: rows of number, a token's digest, unit, the voucher's number, day, summary and lines
    (account, minor units, fund) are answered with ``Answer``."""
    Placer(channel, carry=_taken, remembered=[tokens_of]).serve()


def _taken(batch: Rows) -> list[tuple[Any, ...]]:
    """Take vouchers once a token, since each token acts by itself."""
    sent: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(batch):
        sent[row[1]].append(at)
    known, now = tokens_of(frozenset(sent)), timezone.now()
    answers: dict[int, Answer] = {}
    for digest, places in sent.items():
        token = in_force(known.get(digest), now)
        code = "unknown_token" if token is None else "read_only" if token.is_read_only else ""
        if token is None or code:
            answers.update(dict.fromkeys(places, (None, code, None, False)))
            continue
        note_use(token, now)
        answers.update(zip(places, _through(token, [batch[at] for at in places]), strict=True))
    return [answers[at] for at in range(len(batch))]


def _through(token: ApiToken, rows: Rows) -> list[Answer]:
    vouchers = [
        UnitVoucher(
            unit,
            NewVoucher(number, date.fromisoformat(day), summary, tuple([Line(*line) for line in lines])),
        )
        for _, _, unit, number, day, summary, lines in rows
    ]
    return [
        (one.entry, one.code, None if one.says is None else (one.says.zh, one.says.en), one.is_again)
        for one in take_vouchers(vouchers=vouchers, act=act_through(token))
    ]
