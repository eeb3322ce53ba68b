"""The measures that the policies room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import both

ISSUED = Measure(
    code="policies.issued",
    title=both("出台政策制度", "Policies issued"),
    unit=both("项", "policies"),
    counts=both(
        "本单位自行印发的政策制度，一个发文字号计一项，以印发日期计入；转发的通知、会议纪要和修订"
        "前的旧版不计。",
        "A policy that the unit issued itself, one document number is one policy, on the day it was issued; "
        "forwarded notices and minutes do not count.",
    ),
    reported=True,
)
"""Policies issued; unit 1 policy, grain one document number, owned by the issuer, at its seat."""
