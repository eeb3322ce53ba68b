"""What a file of stations says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet

from bangfu.connectivity.network.models import STATE_WORDS, Station
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches

HEADINGS: tuple[Words, ...] = (
    both("基站编码", "Station code"),
    both("站址编码", "Site code"),
    both("站址名称", "Site name"),
    both("区划代码", "Place code"),
    both("所在地", "Place"),
    both("上报单位", "Unit"),
    both("制式", "Technology"),
    both("频段", "Band"),
    both("承建方", "Builder"),
    both("共享方", "Sharer"),
    both("开通日期", "On air on"),
    both("验收日期", "Accepted on"),
    both("转固日期", "Capitalised on"),
    both("付款日期", "Paid on"),
    both("状态", "State"),
    both("修订", "Revision"),
)


def station_rows(stations: QuerySet[Station]) -> Iterator[list[Cell]]:
    """Return the cells of each station, a few thousand in memory at a time."""
    for batch in in_batches(stations):
        yield from _cells(batch)


def _cells(batch: list[Station]) -> Iterator[list[Cell]]:
    labels = place_labels({station.place_id for station in batch})
    for station in batch:
        days = (station.on_air_on, station.accepted_on, station.capitalised_on, station.paid_on)
        yield [
            station.code,
            station.site.code,
            station.site.name,
            code_text(station.place_id),
            labels[station.place_id],
            station.unit.name,
            station.technology,
            station.band,
            station.builder,
            station.sharer,
            *(day.isoformat() if day else "" for day in days),
            str(STATE_WORDS[station.state]),  # type: ignore[attr-defined]
            Decimal(station.revision),
        ]
