"""All figures of a publication as a table that spreadsheet programs open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import BYTE_ORDER_MARK, Cell, inert
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.publications.queries import Standing

HEADINGS = (
    both("序号", "No."),
    both("指标", "Indicator"),
    both("名称", "Title (zh)"),
    both("英文名称", "Title (en)"),
    both("印出", "Printed (zh)"),
    both("英文印出", "Printed (en)"),
    both("准确值", "Exact value"),
    both("单位", "Unit (zh)"),
    both("英文单位", "Unit (en)"),
    both("起", "From"),
    both("止", "To"),
    both("期间", "Period"),
    both("范围", "Place and unit"),
    both("口径", "Scope note"),
    both("定义", "Definition"),
    both("短码", "Code"),
    both("地址", "Address"),
)
_ABOUT = {
    "publication": both("发布号", "Publication"),
    "draft": both("送审稿，未发布", "Draft for approval, not published"),
    "block": both("账册区块", "Ledger block"),
    "bundle": both("发布包 SHA-256", "Bundle, SHA-256"),
    "example": both("示例", "Example"),
}


def figures_csv(standing: Standing, *, origin: str) -> str:
    """Return all figures of a publication as CSV, headings in both languages, and below them which publication it is."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_in_both(one) for one in HEADINGS)
    contents = standing.publication.figures.order_by("position").values_list("content", flat=True)
    for position, content in enumerate(contents):
        writer.writerow(map(inert, _row(position, content, standing.number, origin)))
    writer.writerow([])
    writer.writerows((label, inert(value)) for label, value in _about(standing))
    return BYTE_ORDER_MARK + written.getvalue()


def _in_both(words: Words) -> str:
    return f"{words.zh} {words.en}"


def _row(position: int, content: dict[str, Any], number: int | None, origin: str) -> list[Cell]:
    starts_on, ends_on = content["period"]
    address = "" if number is None else f"{origin}/publications/published/{number}/figures/{position}/"
    return [
        str(position + 1),
        content["indicator"],
        content["title"]["zh"],
        content["title"]["en"],
        content["shown"]["zh"],
        content["shown"]["en"],
        Decimal(content["value"]),
        content["unit_words"]["zh"],
        content["unit_words"]["en"],
        starts_on,
        (date.fromisoformat(ends_on) - timedelta(days=1)).isoformat(),
        content["when"]["zh"],
        content["where"]["zh"],
        content["scope_note"]["zh"],
        content["definition"],
        content["code"],
        address,
    ]


def _about(standing: Standing) -> Iterator[tuple[str, str]]:
    if standing.number is None or standing.last is None:
        yield _in_both(_ABOUT["draft"]), ""
    else:
        yield _in_both(_ABOUT["publication"]), str(standing.number)
        yield _in_both(_ABOUT["bundle"]), standing.last.digest
    yield _in_both(_ABOUT["block"]), str(standing.publication.block)
    mark = example_mark()
    if mark is not None:
        yield _in_both(_ABOUT["example"]), _in_both(mark)
