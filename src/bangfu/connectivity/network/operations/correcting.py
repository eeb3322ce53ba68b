"""A counted station turns out wrong: it is corrected and reviewed again, or withdrawn; its fact is taken back."""

from __future__ import annotations

from datetime import date

import polars
from django.db import connection

from bangfu.connectivity.network import queries
from bangfu.connectivity.network.models import Correction, Station, StationState
from bangfu.connectivity.network.operations import storing
from bangfu.connectivity.network.operations.registering import StationDetails
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.connectivity.network.rules import judged
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, scope_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.operations import submit_corrected
from bangfu.foundation.rooms import both

CORRECTION_REASONS = (ReversalReason.WRONG_PLACE, ReversalReason.WRONG_DATE)
"""What can be wrong about a station that is otherwise true; everything else is a withdrawal."""


class UnableToCorrect(Refusal):
    """Codes: ``not_counted``, ``nothing_changed``, ``remark_missing``, ``unknown_reason``, ``reason_not_changed``."""

    sentences = {
        "not_counted": both(
            "基站「{code}」尚未核验或已撤回，没有计入数字，不需要更正。请直接修改。",
            "Station {code} is not verified, or withdrawn: it is not counted and needs no correction. Change it"
            " directly.",
        ),
        "nothing_changed": both(
            "地点、站址和验收日期都没有改动。请填写正确的值。",
            "Neither place, site nor date differs. Enter the right one.",
        ),
        "remark_missing": both(
            "请写明更正的依据，例如哪份文件或谁的来函。",
            "Say what the correction rests on: which document, whose letter.",
        ),
        "unknown_reason": both(
            "更正的原因只能是地点有误或日期有误；其他情况请撤回。",
            "A correction is for a wrong place or a wrong date; otherwise withdraw the station.",
        ),
        "reason_not_changed": both(
            "原因与改动不符：所选原因对应的内容没有变化。",
            "The reason does not fit: what it names did not change.",
        ),
    }


class UnableToWithdraw(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "withdrawn_already": both("基站「{code}」已经撤回。", "Station {code} is withdrawn already."),
        "under_review": both(
            "基站「{code}」正在等待核验。请先请核验人退回，再撤回。",
            "Station {code} waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both(
            "请写明撤回的原因和依据，它会保留在记录上。",
            "Say why it is withdrawn; the words stay on the record.",
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


@operation("network.correct_station", scope=scope_of("station"))
def correct_station(
    *,
    station: Station,
    place: Place,
    accepted_on: date,
    reason: str,
    remark: str,
    site_code: str = "",
    act: Act,
) -> Station:
    """Correct where or when a counted station was accepted, take its fact back, and submit it for review again.

    Args: ``site_code``: the site it really stands on; empty = the site as before, which moves along when no other
        station stands on it.
    Raises: UnableToCorrect, UnableToRegister: see their codes; nothing was written.
    Posts: the reversal of the station's fact; the next revision is counted once it is verified.
    Locks: the codes of station and site, then the station.
    """
    storing.lock_codes([station.code], [station.site.code, site_code])
    station = storing.station_for_update(station)
    if queries.state_of(station) != StationState.VERIFIED:
        raise UnableToCorrect("not_counted", code=station.code)
    site_code = site_code or station.site.code
    moved = place.pk != station.place_id or site_code != station.site.code
    dated = accepted_on != station.accepted_on
    if not (moved or dated):
        raise UnableToCorrect("nothing_changed")
    if reason not in CORRECTION_REASONS:
        raise UnableToCorrect("unknown_reason")
    if not (moved if reason == ReversalReason.WRONG_PLACE else dated):
        raise UnableToCorrect("reason_not_changed")
    if not remark.strip():
        raise UnableToCorrect("remark_missing")
    details = StationDetails(
        code=station.code,
        site_code=site_code,
        place=place,
        technology=station.technology,
        builder=station.builder,
        accepted_on=accepted_on,
        band=station.band,
        sharer=station.sharer,
        on_air_on=station.on_air_on,
        capitalised_on=station.capitalised_on,
        paid_on=station.paid_on,
    )
    found = judged(details.row(), unit=station.unit, today=act.on)
    # That it is verified and says something else is what a correction is for.
    faults = [fault for fault in found.faults if fault.code != "verified_already"]
    if faults:
        raise faults[0].refusal

    Correction.objects.create(
        station=station,
        revision=station.revision,
        site=station.site,
        place_id=station.place_id,
        accepted_on=station.accepted_on,
        reason=reason,
        remark=remark.strip(),
        corrected_at=act.at,
        corrected_by=act.actor,
    )
    storing.replace_stations(storing.with_sites(found.rows), upload=station.upload_id)
    Station.objects.filter(pk=station.pk).update(revision=station.revision + 1)
    reverse_many([fact.pk for fact in storing.standing_facts_of(station)], reason=reason, act=act)
    submit_corrected(station, unit=station.unit, title=f"更正 {station.code}", act=act)
    station.refresh_from_db()
    return station


def correct_stations(rows: polars.DataFrame, *, act: Act) -> None:
    """Keep what counted stations said, raise their revisions and take their facts back; the rows are written over them next.

    The reason is a wrong place where site or place differ, else a wrong date; ``basis`` is what the correction rests on.

    Posts: the reversal of each station's fact.
    """
    inside_operation()
    moved = polars.any_horizontal(
        *(polars.col(name).ne_missing(polars.col(f"was_{name}")) for name in ("site_code", "place"))
    )
    reason = polars.when(moved).then(polars.lit(ReversalReason.WRONG_PLACE.value))
    said = rows.select(
        "station", "basis", reason=reason.otherwise(polars.lit(ReversalReason.WRONG_DATE.value))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO network_correction"
            " (station_id, revision, site_id, place_id, accepted_on, reason, remark, corrected_at, corrected_by_id)"
            " SELECT station.id, station.revision, station.site_id, station.place_id, station.accepted_on, said.reason,"
            " said.basis, %s, %s FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS said (station, reason, basis)"
            " JOIN network_station station ON station.id = said.station ORDER BY station.id",
            [act.at, act.actor.pk, *(said[name].to_list() for name in ("station", "reason", "basis"))],
        )
        cursor.execute(
            "UPDATE network_station SET revision = revision + 1 WHERE id = ANY(%s)",
            [said["station"].to_list()],
        )
    for (why,), some in said.group_by("reason", maintain_order=True):
        reverse_many(standing_facts_of(RECORD_TYPE, some["station"].to_list()), reason=str(why), act=act)


@operation("network.withdraw_station", scope=scope_of("station"))
def withdraw_station(*, station: Station, reason: str, remark: str, act: Act) -> Station:
    """Withdraw a station: it counts no more, its code is free again, its record stays with the reason.

    Raises: UnableToWithdraw: see its codes; nothing was written.
    Posts: the reversal of the station's fact, if it was counted.
    Locks: the station's code, then the station.
    """
    storing.lock_codes([station.code])
    station = storing.station_for_update(station)
    state = queries.state_of(station)
    if state == StationState.WITHDRAWN:
        raise UnableToWithdraw("withdrawn_already", code=station.code)
    if state == StationState.SUBMITTED:
        raise UnableToWithdraw("under_review", code=station.code)
    if reason not in ReversalReason.values:
        raise UnableToWithdraw("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdraw("remark_missing")

    station.withdrawn_at = act.at
    station.withdrawn_by = act.actor
    station.withdrawal_reason = reason
    station.withdrawal_remark = remark.strip()
    station.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark"])
    reverse_many([fact.pk for fact in storing.standing_facts_of(station)], reason=reason, act=act)
    return station
