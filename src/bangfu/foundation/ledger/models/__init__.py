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
from bangfu.foundation.ledger.models.facts import CatalogueMeasure, DatabaseClock, Fact, Unsealed
from bangfu.foundation.ledger.models.rollups import Cell, Unrolled
from bangfu.foundation.ledger.models.versions import ReferenceVersion, UnsealedVersions

__all__ = [
    "Block",
    "CatalogueMeasure",
    "Cell",
    "Checkpoint",
    "Cosignature",
    "DatabaseClock",
    "Fact",
    "Member",
    "ReferenceMember",
    "ReferenceVersion",
    "SigningKey",
    "Unrolled",
    "Unsealed",
    "UnsealedVersions",
]
