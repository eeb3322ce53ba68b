"""What the network says to programs: a record of any of its kinds is named by its type and id."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bangfu.connectivity.network.kinds import KINDS
from bangfu.connectivity.network.models import Reported
from bangfu.foundation.api.declaring import ByHand, RoomApi
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.api.writing import Id
from bangfu.foundation.rooms import both

_MODELS = {kind.code: kind.model for kind in KINDS}


class _Named(BaseModel):
    """A record of the network, stations apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal[tuple(_MODELS)]  # type: ignore[valid-type]
    id: Id


def _record(named: Any) -> Reported:
    found: Reported | None = _MODELS[named.type]._default_manager.filter(pk=named.id).first()
    if found is None:
        raise not_found(both("记录", "record"), named.id)
    return found


API = RoomApi(by_hand={Reported: ByHand(_Named, _record)})
