"""Lists that hang in schools, as a PDF of one A4 sheet or more for each school."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import override

from bangfu.foundation.printing import typeset
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.giving.grants.operations import PrintedNotice
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.terms import term_words

_TEMPLATE = Path(__file__).parent / "notice.typ"


def notices_pdf(printed: list[PrintedNotice], names: dict[UUID, str], *, language: str) -> bytes:
    """Return lists for display: name, class and sum of each pupil, and nothing else of them.

    Args:
        names: by person, in clear.
        language: ``zh`` or ``en``.
    """
    with override("en" if language == "en" else "zh-hans"):
        words: dict[str, Any] = {
            "title": str(both("拟资助学生公示", "Pupils to be granted: for display")),
            "number": str(both("名单编号", "List")),
            "order": str(both("序号", "No.")),
            "name": str(both("姓名", "Name")),
            "class": str(both("班级", "Class")),
            "sum": str(both("资助金额（元）", "Sum (yuan)")),
            "example": str(example_mark() or ""),
            "keep": str(
                both(
                    "只在校内张贴，不上网；公示期满取下。",
                    "For display in the school alone, never online; taken down after its days.",
                )
            ),
        }
        return typeset(
            _TEMPLATE,
            {"language": language, "words": words, "notices": [_said(one, names) for one in printed]},
        )


def _said(one: PrintedNotice, names: dict[UUID, str]) -> dict[str, Any]:
    notice = one.notice
    programme = notice.programme
    amount = yuan(programme.amount_fen)
    text = both(
        "经申请、审核和评议组评议，“{programme}”（{term}）拟资助我校下列 {count} 名学生，现公示 {days} 个工作日。对名单有"
        "异议的，请在公示期内以书面、电话或当面方式向学校或{unit}反映。",
        "After application, vetting and the committee's decision, “{programme}” ({term}) is to grant the {count} pupils of this"
        " school named below. The list is on display for {days} working days. Whoever objects may write, call or come to the"
        " school or to {unit}.",
    ).filled(
        programme=programme.name, term=term_words(programme.term), count=len(one.applications), days=programme.display_days,
        unit=programme.unit.name,
    )  # fmt: skip
    days = (
        both("公示期：{first} 至 {last}", "On display from {first} to {last}").filled(
            first=notice.posted_on, last=notice.until_on
        )
        if notice.posted_on
        else both("张贴日期：        年    月    日", "Put up on: ____________")
    )
    return {
        "school": notice.school.name,
        "number": notice.number,
        "text": str(text),
        "days": str(days),
        "unit": programme.unit.name,
        "rows": [
            [str(order), names.get(row.person_id, ""), row.class_name, amount]
            for order, row in enumerate(one.applications, 1)
        ],
    }
