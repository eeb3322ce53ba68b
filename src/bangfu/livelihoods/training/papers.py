"""What a certificate says on paper, in Chinese or in English, and its PDF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import override

from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.printing import square_svg, typeset
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.livelihoods.training.certificates import certificate_number
from bangfu.livelihoods.training.models import TRAINEE_WORDS, Course, Enrolment

_TEMPLATE = Path(__file__).parent / "certificate.typ"


@dataclass(frozen=True)
class PrintedCertificate:
    """One certificate, ready for paper."""

    name: str
    identity: str
    """The identity number, masked; empty = not known."""
    lines: tuple[str, ...]
    """What is certified."""
    issuer: str
    issued_on: str
    number: str
    address: str
    """Where the number is checked."""
    square: str
    """The address as a QR code, in SVG."""


def _day(day: date) -> str:
    """Return a day as it is written out: 2019年9月10日, 10 September 2019."""
    return str(both(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B} {day.year}"))


def _lines(enrolment: Enrolment) -> tuple[str, ...]:
    course: Course = enrolment.course
    attended = enrolment.attendances.count()
    first = both(
        "参加{unit}于{first}至{last}举办的“{title}”（{trainees}培训），共参加{sessions}个课次，考勤合格，准予结业。",
        "attended the course “{title}” for {trainees}, held by {unit} from {first} to {last}, was present at {sessions}"
        " sessions and completed it.",
    )
    if course.starts_on == course.last_day:
        first = both(
            "参加{unit}于{first}举办的“{title}”（{trainees}培训），共参加{sessions}个课次，考勤合格，准予结业。",
            "attended the course “{title}” for {trainees}, held by {unit} on {first}, was present at {sessions} sessions"
            " and completed it.",
        )
    trainees = TRAINEE_WORDS[course.trainees]
    said = first.filled(
        unit=both(course.unit.name_zh, course.unit.name_en),
        first=_day(course.starts_on),
        last=_day(course.last_day),
        title=course.title,
        trainees=both(trainees.zh, trainees.en.lower()),
        sessions=attended,
    )
    return (str(said),)


def certificates_pdf(
    enrolments: Iterable[Enrolment], names: dict[UUID, str], *, language: str, check_at: str
) -> bytes:
    """Return the certificates of verified completions as a PDF, a sheet each; persons without a name are left out.

    Args:
        names: by person, in clear.
        language: ``zh`` or ``en``.
        check_at: where a number is checked, absolute, without the number: ``https://…/certificates/``.
    """
    shown = [one for one in enrolments if one.person_id in names]
    masked = masked_persons([one.person_id for one in shown])
    with override("en" if language == "en" else "zh-hans"):
        certificates = []
        for one in shown:
            number = certificate_number(one)
            address = f"{check_at}?number={number}"
            confirmed_at = one.confirmed_at
            assert confirmed_at is not None  # a verified completion was confirmed
            certificates.append(
                PrintedCertificate(
                    name=names[one.person_id],
                    identity=masked[one.person_id].identity_number,
                    lines=_lines(one),
                    issuer=one.course.unit.name,
                    issued_on=_day(timezone.localdate(confirmed_at)),
                    number=number,
                    address=address,
                    square=square_svg(address),
                )
            )
        words: dict[str, Any] = {
            "title": str(both("结业证书", "Certificate of Completion")),
            "number": str(both("证书编号", "Number")),
            "identity": str(both("身份证号码", "Identity number")),
            "check": str(both("扫码或按下列地址核对真伪", "Scan, or check the number at")),
            "example": str(example_mark() or ""),
            "this": str(both("兹证明", "This is to certify that")),
        }
        return typeset(
            _TEMPLATE,
            {
                "language": language,
                "words": words,
                "certificates": [asdict(one) for one in certificates],
                "check_at": check_at,
            },
        )
