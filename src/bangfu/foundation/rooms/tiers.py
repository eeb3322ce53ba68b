"""Who may know what, in three tiers: the public, a signed-in reader in scope, whoever may see original evidence.

The one place that says what may ever be shown without sign-in. A door that is open names its matter, and the house
does not start with a door that opens what is never public. What a page takes from the fields of records passes through here
too: a field whose name says where something stands is a site coordinate, in whatever room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any


class Tier(IntEnum):
    """Who asks; each tier may know what the ones before it may."""

    PUBLIC = 0
    """Whoever is not signed in."""
    READER = 1
    """An account, within the scope of its grants."""
    EVIDENCE = 2
    """An account that holds ``evidence.view`` in the scope: auditors everywhere, others for what they work on."""


class Matter(StrEnum):
    """What is asked for."""

    DOOR = "DOOR"
    """The way in: sign-in, language, whether the house is up."""
    SELF_SERVICE = "SELF_SERVICE"
    """A page on which somebody answers for themselves by a code of their own; it shows nothing that is kept of anybody."""
    CERTIFICATE = "CERTIFICATE"
    """Whether the signed number on a paper is genuine, and what it certifies; of the person the first character."""
    CATALOGUE = "CATALOGUE"
    """What the shop sells, for how much, from which county, and what a live sale came to; nobody who bought."""
    APPEAL = "APPEAL"
    """What a campaign asks for, with which charity, and what of its money went to which schools; nobody who gave or received."""
    ORIGIN = "ORIGIN"
    """Where goods come from, as their label says: village, organisation, harvest, inspection; of persons nothing."""
    PUBLISHED_FIGURE = "PUBLISHED_FIGURE"
    REDACTED_FACT = "REDACTED_FACT"
    """A fact under a published figure, with its withheld fields as digests."""
    DIGEST = "DIGEST"
    """The digest of a fact, a block or a file."""
    UNPUBLISHED_FIGURE = "UNPUBLISHED_FIGURE"
    RECORD = "RECORD"
    SITE_COORDINATES = "SITE_COORDINATES"
    """Where exactly a station, a household or a school stands."""
    CONSENTED_PICTURE = "CONSENTED_PICTURE"
    """The small picture that stands in a report: everybody who can be recognised in it agreed, and it carries no position."""
    ORIGINAL_EVIDENCE = "ORIGINAL_EVIDENCE"
    """A kept file and its small picture: faces, invoices, contracts, logs."""


LOWEST_TIER: dict[Matter, Tier] = {
    Matter.DOOR: Tier.PUBLIC,
    Matter.SELF_SERVICE: Tier.PUBLIC,
    Matter.CERTIFICATE: Tier.PUBLIC,
    Matter.CATALOGUE: Tier.PUBLIC,
    Matter.APPEAL: Tier.PUBLIC,
    Matter.ORIGIN: Tier.PUBLIC,
    Matter.PUBLISHED_FIGURE: Tier.PUBLIC,
    Matter.REDACTED_FACT: Tier.PUBLIC,
    Matter.DIGEST: Tier.PUBLIC,
    Matter.CONSENTED_PICTURE: Tier.PUBLIC,
    Matter.UNPUBLISHED_FIGURE: Tier.READER,
    Matter.RECORD: Tier.READER,
    Matter.SITE_COORDINATES: Tier.READER,
    Matter.ORIGINAL_EVIDENCE: Tier.EVIDENCE,
}


def may_know(tier: Tier, matter: Matter) -> bool:
    """Return whether a tier may know a matter at all; within the tier the scope of grants still decides.

    >>> may_know(Tier.PUBLIC, Matter.ORIGINAL_EVIDENCE), may_know(Tier.READER, Matter.RECORD)
    (False, True)
    """
    return tier >= LOWEST_TIER[matter]


COORDINATE_WORDS = frozenset(
    {
        "latitude", "longitude", "lat", "lon", "lng", "altitude", "elevation", "coordinate", "coordinates", "easting",
        "northing", "gps", "geometry", "azimuth",
    }
)  # fmt: skip
"""A field with one of these words in its name says where exactly something stands."""
_PAIR = re.compile(r"-?\d{1,3}\.\d{4,}\s*°?[NSEW]?\s*[,，;/ ]\s*-?\d{1,3}\.\d{4,}")


def matter_of_field(name: str) -> Matter:
    """Return what a field of a record is about, by its name.

    >>> matter_of_field("site_longitude"), matter_of_field("accepted_on")
    (<Matter.SITE_COORDINATES: 'SITE_COORDINATES'>, <Matter.RECORD: 'RECORD'>)
    """
    words = set(name.lower().split("_"))
    return Matter.SITE_COORDINATES if words & COORDINATE_WORDS else Matter.RECORD


def known_fields(fields: Mapping[str, Any], tier: Tier) -> dict[str, Any]:
    """Return those fields of a record, by name, that a tier may know of what a published figure stands on.

    The rest of a record is shown by its summary, which holds nothing secret; what this withholds are coordinates.
    """
    return {
        name: value
        for name, value in fields.items()
        if matter_of_field(name) is Matter.RECORD or may_know(tier, Matter.SITE_COORDINATES)
    }


def has_coordinates(text: str) -> bool:
    """Return whether a text holds a pair of coordinates to some ten metres or closer.

    >>> has_coordinates("105.8123, 24.9871"), has_coordinates("2019-12-01")
    (True, False)
    """
    return _PAIR.search(text) is not None
