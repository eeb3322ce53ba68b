"""The one operation of the trail itself: taking a part of it out of the house leaves a line in it."""

from __future__ import annotations

from bangfu.foundation.operations.act import Act
from bangfu.foundation.operations.authority import Scope
from bangfu.foundation.operations.decorator import operation


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("operations.export_audit", scope=_whole_house)
def export_audit(*, list_name: str, narrowed_to: dict[str, str], form: str, act: Act) -> str:
    """Note that a list of the trail is taken out as a file, and return the form of the file.

    Args:
        list_name: ``operations`` or ``sign_ins``.
        narrowed_to: the filters of the list, as its address has them.
        form: ``csv`` or ``xlsx``.
    """
    return form
