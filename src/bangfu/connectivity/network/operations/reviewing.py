"""Submitting stations, and the second person's decision: verified stations are counted, returned ones mended."""

from __future__ import annotations

import polars

from bangfu.connectivity.network import queries
from bangfu.connectivity.network.measures import SOURCE_SYSTEM, STATIONS
from bangfu.connectivity.network.models import Station
from bangfu.connectivity.network.operations import storing
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.operations import post, post_many
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide, decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToSubmit(Refusal):
    """Codes: ``evidence_missing``, ``withdrawn``."""

    sentences = {
        "evidence_missing": both(
            "基站「{code}」没有佐证。请先上传单站测试记录或照片，再提交核验。",
            "Station {code} has no evidence. Upload a single-site test log or a photograph, then submit.",
        ),
        "withdrawn": both(
            "基站「{code}」已撤回，不能提交。", "Station {code} is withdrawn and cannot be submitted."
        ),
    }


@operation("network.submit_station", scope=scope_of("station"))
def submit_station(*, station: Station, act: Act) -> Station:
    """Submit a draft or returned station for review, on a paper of its own.

    Raises: UnableToSubmit: see its codes; UnableToReview: it was submitted already. Nothing was written.
    Locks: the station.
    """
    station = storing.station_for_update(station)
    if station.withdrawn_at is not None:
        raise UnableToSubmit("withdrawn", code=station.code)
    if not has_evidence(RECORD_TYPE, [station.pk]):
        raise UnableToSubmit("evidence_missing", code=station.code)
    kind = record_type("network.station")
    submit_many([station.pk], record_type=kind, unit=station.unit, title=f"基站 {station.code}", act=act)
    return station


@operation("network.verify_stations", scope=scope_of("batch"))
def verify_stations(*, batch: Batch, act: Act) -> Batch:
    """Verify every station that waits on a paper, and count each once.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: ``network.base_stations``, 1 a station, owned by the station's unit, at its place, on its acceptance.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    stations = queries.stations_as_rows(keys)
    facts = stations.select(
        "unit",
        "place",
        "revision",
        quantity=polars.lit(1),
        on="accepted_on",
        subject="station",
        source_id="code",
        identity="code",
    )
    post_many(STATIONS, facts, record_type=record_type("network.station"), system=SOURCE_SYSTEM, act=act)
    return batch


@operation("network.return_stations", scope=scope_of("batch"))
def return_stations(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every station that waits on a paper back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("network.verify_station", scope=scope_of("station"))
def verify_station(*, station: Station, act: Act) -> Station:
    """Verify one station and count it.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: ``network.base_stations``, 1, owned by the station's unit, at its place, on its acceptance.
    Locks: the station, then its review.
    """
    station = storing.station_for_update(station)
    decide(station, ReviewState.VERIFIED, act=act)
    post(
        STATIONS,
        1,
        of=station,
        unit=station.unit_id,
        place=station.place_id,
        on=station.accepted_on,
        source=Source(SOURCE_SYSTEM, station.code, station.revision),
        identity=station.code,
        act=act,
    )
    return station


@operation("network.return_station", scope=scope_of("station"))
def return_station(*, station: Station, remark: str, act: Act) -> Station:
    """Give one station back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the station, then its review.
    """
    station = storing.station_for_update(station)
    decide(station, ReviewState.RETURNED, remark=remark, act=act)
    return station
