"""Certificates leave the house on paper, with the name in clear: who printed whose is kept."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.people.models import Access
from bangfu.foundation.people.operations import unmask_many
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training.models import Course, Enrolment, Result


class UnableToPrint(Refusal):
    """Codes: ``nobody``."""

    sentences = {
        "nobody": both(
            "没有可以打印的证书：结业须先经另一人核验。",
            "There is no certificate to print: a second person verifies the completion first.",
        ),
    }


@dataclass(frozen=True)
class Printed:
    """Whose certificates are printed, and for each the record that lets the name be read."""

    enrolments: tuple[Enrolment, ...]
    accesses: tuple[Access, ...]


@operation("training.print_certificates", scope=scope_of("course"))
def print_certificates(*, course: Course, enrolment: Enrolment | None = None, act: Act) -> Printed:
    """Note that certificates of a course, or one attendee's, are printed, and return whose, with the names in clear.

    Persons who have been erased are left out.

    Raises: UnableToPrint: see its codes; UnableToUnmask; NotPermitted: a person lies out of the reach of
        ``people.unmask_person``. Nothing was written.
    """
    found = Enrolment.objects.filter(
        course=course, confirmed_at__isnull=False, withdrawn_at__isnull=True, result=Result.COMPLETED
    )
    if enrolment is not None:
        found = found.filter(pk=enrolment.pk)
    rows = list(found.select_related("course__unit").order_by("pk"))
    reason = f"打印结业证书 {course.code}"
    accesses = unmask_many([one.person_id for one in rows], reason=reason, act=act)
    shown = tuple(one for one in rows if one.person_id in accesses)
    if not shown:
        raise UnableToPrint("nobody")
    return Printed(shown, tuple(accesses[one.person_id] for one in shown))
