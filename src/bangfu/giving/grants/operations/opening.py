"""What is sealed of an application is seen in clear for a stated reason, which is recorded."""

from __future__ import annotations

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.people.models import Access
from bangfu.foundation.people.operations import UnableToUnmask, unmask_many
from bangfu.giving.grants.models import Application


@operation("grants.open_details", scope=scope_of("application"), unrecorded=("reason",))
def open_details(*, application: Application, reason: str, act: Act) -> Access:
    """Record that the actor sees pupil, guardian and account of an application in clear, and why.

    Raises: UnableToUnmask: ``no_reason``, ``erased``; NotPermitted: the pupil lies out of the reach of
        ``people.unmask_person``. Nothing was shown or written.
    """
    found = unmask_many([application.person_id], reason=reason, act=act)
    if application.person_id not in found:
        raise UnableToUnmask("erased")
    return found[application.person_id]
