"""The measures that the telemedicine room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both

HOSPITALS = Measure(
    code="telemedicine.hospitals",
    title=both("互联网+医疗医院", "Hospitals with the medical solution"),
    unit=both("家", "hospitals"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一家邀请方医院计一次；以验收启用之日计入，停用时减去；只连通网络而无检查上传的不计；不是会诊次数。",
        "One inviting hospital once; from the day it is accepted into use, taken off when it stops; a "
        "connected hospital that sends no study does not count, and consultations are not hospitals.",
    ),
    reported=True,
)
"""Hospitals in use; unit 1 hospital, grain one hospital's beginning or end, at the hospital's place."""
