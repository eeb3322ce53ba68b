"""The reference data of lower floors with the triggers that witness them: the ledger's, so that no lower floor knows it."""

from __future__ import annotations

from typing import ClassVar

from bangfu.foundation.ledger import witnessing
from bangfu.foundation.organisation.models import Line, Unit, UnitVersion
from bangfu.foundation.places.models import Area, AreaMembership, Denominator, Place, PlaceEdition, PlaceName


class WitnessedUnit(Unit):
    """Units, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.UNITS)


class WitnessedUnitVersion(UnitVersion):
    """Dated names and parents of units, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.UNIT_VALIDITIES)


class WitnessedLine(Line):
    """Lines, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.LINES)


class WitnessedPlaceEdition(PlaceEdition):
    """Editions of the divisions, each of them witnessed by its digest."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.EDITIONS)


class WitnessedPlace(Place):
    """Places, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.PLACES)


class WitnessedPlaceName(PlaceName):
    """Dated names and codes of places, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.PLACE_VALIDITIES)


class WitnessedArea(Area):
    """Special areas, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.AREAS)


class WitnessedAreaMembership(AreaMembership):
    """Memberships of areas, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.MEMBERSHIPS)


class WitnessedDenominator(Denominator):
    """Registered denominators, whose changes leave versions."""

    class Meta:
        proxy = True
        triggers: ClassVar = witnessing.witnesses(witnessing.DENOMINATORS)
