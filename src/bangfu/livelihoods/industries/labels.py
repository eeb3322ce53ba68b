"""The label of a lot, with the square that opens its origin, as a PDF."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.translation import override

from bangfu.foundation.places.queries import place_label
from bangfu.foundation.printing import square_svg, typeset
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.livelihoods.industries.models import Lot

_TEMPLATE = Path(__file__).parent / "label.typ"


@dataclass(frozen=True)
class PrintedLabel:
    """One label, ready for paper."""

    product: str
    rows: tuple[tuple[str, str], ...]
    code: str
    square: str
    """The address as a QR code, in SVG."""
    address: str
    scan: str
    example: str


def label_pdf(lot: Lot, *, language: str, address: str) -> bytes:
    """Return the label of a lot, 90 by 50 mm, as a PDF.

    Args:
        language: ``zh`` or ``en``.
        address: where its origin is told, absolute.
    """
    with override("en" if language == "en" else "zh-hans"):
        rows = (
            (str(both("产地", "From")), place_label(lot.village_id)),
            (str(both("生产", "Grown by")), lot.operator.title),
            (str(both("收获", "Harvested")), lot.harvested_on.isoformat()),
            (str(both("检验", "Inspected")), lot.inspection),
        )
        label = PrintedLabel(
            product=lot.industry.product,
            rows=rows,
            code=lot.code,
            square=square_svg(address),
            address=address,
            scan=str(both("扫码看产地", "Scan for its origin")),
            example=str(example_mark() or ""),
        )
        return typeset(_TEMPLATE, {"language": language, **asdict(label)})
