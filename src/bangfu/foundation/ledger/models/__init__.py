"""Facts, versions of reference data, and the blocks that seal both."""

from bangfu.foundation.ledger import witnessed as witnessed  # models of this app too
from bangfu.foundation.ledger.models.blocks import (
    Block,
    Checkpoint,
    Cosignature,
    Member,
    ReferenceMember,
    SigningKey,
)
from bangfu.foundation.ledger.models.distinct import (
    Branch,
    CountedMeasure,
    CountScope,
    PartyCell,
    PlainCount,
    SharedCount,
)
from bangfu.foundation.ledger.models.facts import CatalogueMeasure, DatabaseClock, Fact, Unsealed
from bangfu.foundation.ledger.models.rollups import Cell, Unrolled
from bangfu.foundation.ledger.models.versions import ReferenceVersion, UnsealedVersions

__all__ = [
    "Block",
    "Branch",
    "CatalogueMeasure",
    "Cell",
    "Checkpoint",
    "Cosignature",
    "CountScope",
    "CountedMeasure",
    "DatabaseClock",
    "Fact",
    "Member",
    "PartyCell",
    "PlainCount",
    "ReferenceMember",
    "ReferenceVersion",
    "SharedCount",
    "SigningKey",
    "Unrolled",
    "Unsealed",
    "UnsealedVersions",
]
