"""One pairing entered by hand, and mended until it is submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars

from bangfu.coordination.pairing import queries
from bangfu.coordination.pairing.models import STATE_WORDS, Pairing, PairingState
from bangfu.coordination.pairing.operations import storing
from bangfu.coordination.pairing.rules import COLUMNS, COMPARED, UnableToPair, judged
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import both

Files = tuple[tuple[str, bytes], ...]


class UnableToRevise(Refusal):
    """Codes: ``not_open``, ``counted``, ``nothing_changed``."""

    sentences = {
        "not_open": both(
            "这条结对目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的请用“结束”“交接”或“更正”。",
            "This pairing is “{state}” and cannot be changed directly. If it waits for review have it returned; if it is"
            " verified use “end”, “hand over” or “correct”.",
        ),
        "counted": both(
            "这条结对已计入数字，退回的是它的结束。请重新办理结束，或恢复结对。",
            "This pairing counts; what was returned is its end. End it again with the right day, or resume it.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


@dataclass(frozen=True)
class PairingDetails:
    """What is said of one pairing when it is entered by hand."""

    place: Place
    kind: str
    role: str
    level: str
    assigned_by: str
    document: str
    starts_on: date
    ends_on: date | None = None
    agreed_until: date | None = None
    leader_post: str = ""

    def row(self, unit: Unit) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said = {name: getattr(self, name) for name in COLUMNS if name not in ("row", "unit", "place")}
        return polars.DataFrame([{**said, "row": 1, "unit": unit.pk, "place": self.place.pk}], schema=COLUMNS)


def _scope_of_details(*, details: PairingDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.place.pk)


@operation("pairing.propose_pairing", scope=_scope_of_details)
def propose_pairing(*, details: PairingDetails, unit: Unit, files: Files = (), act: Act) -> Pairing:
    """Propose that a unit supports a place, with the assigning document brought along.

    Raises: UnableToPair: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the place.
    """
    storing.lock_places([details.place.pk])
    found = judged(details.row(unit), today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    if found.rows["pairing"][0] is not None:
        raise UnableToPair("registered_already", place=place_label(details.place.pk))
    entered = storing.enter_pairings(found.rows, upload=None, act=act)
    pairing = Pairing.objects.get(pk=entered["pairing"][0])
    attach_files(pairing, files, act=act)
    return pairing


def _scopes_of_revision(*, pairing: Pairing, details: PairingDetails, **arguments: object) -> list[Scope]:
    return [pairing.scope, Scope(unit=pairing.unit_id, place=details.place.pk)]


@operation("pairing.revise_pairing", scope=_scopes_of_revision)
def revise_pairing(*, pairing: Pairing, details: PairingDetails, files: Files = (), act: Act) -> Pairing:
    """Change a proposed or returned pairing, its unit apart, and add evidence.

    Raises: UnableToRevise, UnableToPair: see their codes; nothing was written.
    Locks: the places, then the pairing.
    """
    storing.lock_places([pairing.place_id, details.place.pk])
    pairing = storing.pairing_for_update(pairing)
    state = queries.state_of(pairing)
    if state not in (PairingState.PROPOSED, PairingState.RETURNED):
        raise UnableToRevise("not_open", state=STATE_WORDS[state])
    if pairing.confirmed_at is not None:
        raise UnableToRevise("counted")
    found = judged(details.row(pairing.unit), today=act.on, of=pairing.pk)
    if found.faults:
        raise found.faults[0].refusal
    names = ("kind", "starts_on", *COMPARED)
    same = all(found.rows[name][0] == getattr(pairing, name) for name in names)
    if same and details.place.pk == pairing.place_id and not files:
        raise UnableToRevise("nothing_changed")
    storing.replace_pairings(found.rows, upload=pairing.upload_id)
    attach_files(pairing, files, act=act)
    pairing.refresh_from_db()
    return pairing


def attach_files(pairing: Pairing, files: Files, *, act: Act) -> None:
    """Keep files and hang them on a pairing: pictures as photographs, everything else as documents."""
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.PHOTO if file.media_type.startswith("image/") else EvidenceKind.DOCUMENT
        attach(file, to=pairing, kind=kind, name=name, act=act)
