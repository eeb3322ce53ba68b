"""Coverage: frozen lists of villages, villages that leave them, verdicts, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.connectivity.network.kinds import BASELINES, REMOVALS, TARGET, VERDICTS
from bangfu.connectivity.network.models import BaselineRemoval, CoverageTarget, CoverageVerdict
from bangfu.connectivity.network.operations.building import scope_of_details
from bangfu.connectivity.network.operations.records import imported, registered
from bangfu.connectivity.network.operations.registering import Files
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import code_text
from bangfu.foundation.review.models import Batch


@dataclass(frozen=True)
class RemovalDetails:
    """A village that leaves its county's list, and the document that says so."""

    place: Place
    document_number: str
    removed_on: date

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        village = str(self.place.pk)
        said: dict[str, Any] = {
            "row": 1, "code": village, "village": village, "document_number": self.document_number,
            "removed_on": self.removed_on,
        }  # fmt: skip
        return polars.DataFrame([said])


@dataclass(frozen=True)
class VerdictDetails:
    """What was found of one village on a day."""

    place: Place
    service: str
    verdict: str
    judged_on: date
    branch: str = ""
    """Which branch of the definition proved it; empty = not covered."""

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        village = str(self.place.pk)
        said: dict[str, Any] = {
            "row": 1, "code": f"{village}-{self.service}-{self.judged_on.isoformat()}", "village": village,
            "service": self.service, "verdict": self.verdict, "branch": self.branch, "judged_on": self.judged_on,
        }  # fmt: skip
        return polars.DataFrame([said])


@dataclass(frozen=True)
class TargetDetails:
    """How many villages of a county were promised to be covered."""

    place: Place
    goal: str
    village_count: int
    document_number: str
    promised_on: date

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said: dict[str, Any] = {
            "row": 1, "code": f"{code_text(self.place.pk)}-{self.goal}", "place": self.place.pk, "goal": self.goal,
            "village_count": self.village_count, "document_number": self.document_number,
            "promised_on": self.promised_on,
        }  # fmt: skip
        return polars.DataFrame([said])


@operation("network.import_baseline", scope=scope_of("upload"))
def import_baseline(*, upload: Upload, act: Act) -> Batch:
    """Take in counties' published lists of villages and submit them; verified, a list is frozen.

    Raises, locks: as ``records.imported``.
    """
    return imported(BASELINES, upload, act=act)


@operation("network.import_verdicts", scope=scope_of("upload"))
def import_verdicts(*, upload: Upload, act: Act) -> Batch:
    """Take in verdicts on villages and submit them for review on one paper.

    Raises, locks: as ``records.imported``.
    """
    return imported(VERDICTS, upload, act=act)


@operation("network.remove_village", scope=scope_of_details)
def remove_village(*, details: RemovalDetails, unit: Unit, files: Files = (), act: Act) -> BaselineRemoval:
    """Draft the removal of a village from its county's frozen list, with the document brought along.

    Raises: UnableToReport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the village's code.
    """
    removal: BaselineRemoval = registered(REMOVALS, details, unit=unit, files=files, act=act)
    return removal


@operation("network.register_verdict", scope=scope_of_details)
def register_verdict(*, details: VerdictDetails, unit: Unit, files: Files = (), act: Act) -> CoverageVerdict:
    """Draft one verdict on a village, with its evidence.

    Raises: UnableToReport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the verdict's code.
    """
    verdict: CoverageVerdict = registered(VERDICTS, details, unit=unit, files=files, act=act)
    return verdict


@operation("network.register_target", scope=scope_of_details)
def register_target(*, details: TargetDetails, unit: Unit, files: Files = (), act: Act) -> CoverageTarget:
    """Draft what was promised for a county, with the document that promises it.

    Raises: UnableToReport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the target's code.
    """
    target: CoverageTarget = registered(TARGET, details, unit=unit, files=files, act=act)
    return target
