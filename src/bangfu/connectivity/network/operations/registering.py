"""One station registered by hand, and mended until it is submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars
from django.db.models import Model

from bangfu.connectivity.network import queries
from bangfu.connectivity.network.models import STATION_DATES, Station, StationState
from bangfu.connectivity.network.operations import storing
from bangfu.connectivity.network.rules import UnableToRegister, judged
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both

COLUMNS: dict[str, Any] = {
    "row": polars.Int64,
    "station_code": polars.String,
    "site_code": polars.String,
    "site_name": polars.String,
    "place": polars.Int64,
    "technology": polars.String,
    "band": polars.String,
    "builder": polars.String,
    "sharer": polars.String,
    **dict.fromkeys(STATION_DATES, polars.Date),
}


class UnableToRevise(Refusal):
    """Codes: ``not_open``, ``nothing_changed``."""

    sentences = {
        "not_open": both(
            "基站「{code}」目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的请用“更正”。",
            "Station {code} is “{state}” and cannot be changed directly. If it waits for review have it returned; if it"
            " is verified, use “correct”.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


@dataclass(frozen=True)
class StationDetails:
    """What is said of one station when it is registered by hand."""

    code: str
    site_code: str
    place: Place
    technology: str
    builder: str
    accepted_on: date
    site_name: str = ""
    band: str = ""
    sharer: str = ""
    on_air_on: date | None = None
    capitalised_on: date | None = None
    paid_on: date | None = None

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said = {name: getattr(self, name) for name in COLUMNS if name not in ("row", "station_code", "place")}
        return polars.DataFrame(
            [{**said, "row": 1, "station_code": self.code, "place": self.place.pk}], schema=COLUMNS
        )


Files = tuple[tuple[str, bytes], ...]


def _scope_of_details(*, details: StationDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.place.pk)


@operation("network.register_station", scope=_scope_of_details)
def register_station(*, details: StationDetails, unit: Unit, files: Files = (), act: Act) -> Station:
    """Register one station as a draft of a unit, with the evidence brought along.

    Raises: UnableToRegister: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the station's code.
    """
    storing.lock_codes([details.code], [details.site_code])
    found = judged(details.row(), unit=unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    if found.rows["station"][0] is not None:
        state = queries.state_words(found.rows["station"][0])
        raise UnableToRegister("registered_already", code=details.code, state=state)
    entered = storing.enter_stations(storing.with_sites(found.rows), unit=unit.pk, upload=None, act=act)
    station = Station.objects.get(pk=entered["station"][0])
    attach_files(station, files, act=act)
    return station


@operation("network.revise_station", scope=scope_of("station"))
def revise_station(*, station: Station, details: StationDetails, files: Files = (), act: Act) -> Station:
    """Change a draft or returned station, its code apart, and add evidence.

    Raises: UnableToRevise, UnableToRegister: see their codes; nothing was written.
    Locks: the station's code, then the station.
    """
    storing.lock_codes([station.code], [details.site_code])
    station = storing.station_for_update(station)
    state = queries.state_of(station)
    if state not in (StationState.DRAFT, StationState.RETURNED):
        raise UnableToRevise("not_open", code=station.code, state=queries.STATE_WORDS[state])
    row = details.row().with_columns(station_code=polars.lit(station.code))
    found = judged(row, unit=station.unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    if not files and queries.says_the_same(station, found.rows):
        raise UnableToRevise("nothing_changed")
    storing.replace_stations(storing.with_sites(found.rows), upload=station.upload_id)
    attach_files(station, files, act=act)
    station.refresh_from_db()
    return station


def attach_files(record: Model, files: Files, *, act: Act) -> None:
    """Keep files and hang them on a record: pictures as photographs, texts as test logs, others as documents."""
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.DOCUMENT
        if file.media_type.startswith("image/"):
            kind = EvidenceKind.PHOTO
        elif file.media_type.startswith("text/"):
            kind = EvidenceKind.TEST_LOG
        attach(file, to=record, kind=kind, name=name, act=act)
