"""Gifts taken for the door."""

from __future__ import annotations

import socket
from typing import Any

import polars

from bangfu.foundation.doors.frames import Rows
from bangfu.foundation.doors.placer import placer_of_account
from bangfu.foundation.operations import Act
from bangfu.giving.campaigns.operations import MANY_SCHEMA, give_many, least_of
from bangfu.giving.campaigns.queries import door_account, public_campaigns


def serve(channel: socket.socket) -> None:
    """Take gifts until the door is gone: rows of number, member, campaign's code, points, key and whether without a name are
    answered with the gift's number, fen, a code, whether it is the first answer once more, and what the code's sentence says."""
    placer_of_account(channel, carry=_taken, account=door_account).serve()


def _taken(batch: Rows, act: Act) -> list[tuple[Any, ...]]:
    campaigns = {one.code: one for one in public_campaigns().filter(code__in={row[2] for row in batch})}
    keys = {code: one.pk for code, one in campaigns.items()}
    frame = polars.DataFrame(
        [
            (keys.get(code), member, points, key, is_anonymous)
            for _, member, code, points, key, is_anonymous in batch
        ],
        schema=MANY_SCHEMA,
        orient="row",
    )
    answers = give_many(frame=frame, act=act)
    said = []
    for row, given in zip(batch, answers, strict=True):
        values: dict[str, Any] = {}
        if given.code and row[2] in campaigns:
            one = campaigns[row[2]]
            values = {"held": given.held, "campaign": one.title_zh, "least": least_of(one)}
        said.append((given.number, given.amount_fen, given.code, given.is_again, values))
    return said
