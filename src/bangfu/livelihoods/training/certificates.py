"""Numbers of completion certificates: signed, so that nobody makes one up, and checked without a list of them.

A number is the enrolment's key and a code: the first 80 bits, in base 32, of HMAC-SHA256 (RFC 2104) over the course, the
person's opaque id and the revision. Its key is derived by HKDF (RFC 5869) from the
key of digests, which no database holds and which stays when the house's key is changed.
"""

from __future__ import annotations

import base64
import hmac
import re

from bangfu.livelihoods.training.models import Enrolment, Result
from bangfu.livelihoods.training.signing import digest

CODE_BYTES = 10
"""80 bits: guessing one takes 2 to the power of 79 requests on average."""
_NUMBER = re.compile(r"([1-9][0-9]{0,17})-([A-Z2-7]{16})")


def _code(enrolment: Enrolment) -> str:
    said = f"{enrolment.pk}:{enrolment.course_id}:{enrolment.person_id}:{enrolment.revision}"
    return base64.b32encode(digest(b"bangfu training certificate 1", said)[:CODE_BYTES]).decode()


def is_certified(enrolment: Enrolment) -> bool:
    """Return whether an attendee has a certificate: the course is completed, and a second person verified it."""
    return enrolment.confirmed_at is not None and enrolment.result == Result.COMPLETED


def certificate_number(enrolment: Enrolment) -> str:
    """Return the number of an attendee's certificate.

    Raises: ValueError: the completion is not verified, so there is none.
    """
    if not is_certified(enrolment):
        raise ValueError("only a verified completion has a certificate")
    return f"{enrolment.pk}-{_code(enrolment)}"


def certified(number: str) -> Enrolment | None:
    """Return the completion that a number certifies; null when it is made up, or was corrected or withdrawn since."""
    match = _NUMBER.fullmatch(number.strip().upper())
    found = (
        Enrolment.objects.select_related("course__unit").filter(pk=int(match[1])).first() if match else None
    )
    if match is None or found is None or not is_certified(found):
        return None
    return found if hmac.compare_digest(_code(found), match[2]) else None
