"""Orders placed for the shop's door."""

from __future__ import annotations

import socket
from typing import Any

import polars

from bangfu.foundation.doors.frames import Rows
from bangfu.foundation.doors.placer import placer_of_account
from bangfu.foundation.operations import Act
from bangfu.livelihoods.shop.operations import place_orders
from bangfu.livelihoods.shop.operations.placing import SCHEMA
from bangfu.livelihoods.shop.queries import door_account


def serve(channel: socket.socket) -> None:
    """Place orders until the door is gone: rows of number, buyer, key and lines (offer, quantity, the price in fen that the
    buyer saw) are answered with order, code and whether it is the first answer once more."""
    placer_of_account(channel, carry=_placed, account=door_account).serve()


def _placed(batch: Rows, act: Act) -> list[tuple[Any, ...]]:
    answers = place_orders(frame=_frame(batch), act=act)
    return [(one.order, one.code, one.is_again) for one in answers]


def _frame(batch: Rows) -> polars.DataFrame:
    rows = [(number, key, buyer, *line) for number, buyer, key, lines in batch for line in lines]
    return polars.DataFrame(rows, schema=SCHEMA, orient="row")
