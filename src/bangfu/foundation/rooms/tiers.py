"""Who may know what, in three tiers: the public, a signed-in reader in scope, whoever may see original evidence.

The one place that says what may ever be shown without sign-in. A door that is open names its matter, and the house
does not start with a door that opens what is never public.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


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
    PUBLISHED_FIGURE = "PUBLISHED_FIGURE"
    REDACTED_FACT = "REDACTED_FACT"
    """A fact under a published figure, with its withheld fields as digests."""
    DIGEST = "DIGEST"
    """The digest of a fact, a block or a file."""
    UNPUBLISHED_FIGURE = "UNPUBLISHED_FIGURE"
    RECORD = "RECORD"
    SITE_COORDINATES = "SITE_COORDINATES"
    """Where exactly a station, a household or a school stands."""
    ORIGINAL_EVIDENCE = "ORIGINAL_EVIDENCE"
    """A kept file and its small picture: faces, invoices, contracts, logs."""


LOWEST_TIER: dict[Matter, Tier] = {
    Matter.DOOR: Tier.PUBLIC,
    Matter.SELF_SERVICE: Tier.PUBLIC,
    Matter.CERTIFICATE: Tier.PUBLIC,
    Matter.PUBLISHED_FIGURE: Tier.PUBLIC,
    Matter.REDACTED_FACT: Tier.PUBLIC,
    Matter.DIGEST: Tier.PUBLIC,
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
