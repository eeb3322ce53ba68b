"""What reporting says to programs: indicators, figures that open down to facts, and reports."""

from bangfu.foundation.api.declaring import RoomApi
from bangfu.reporting.api.facts import router as facts
from bangfu.reporting.api.figures import router as figures
from bangfu.reporting.api.proofs import router as proofs
from bangfu.reporting.api.reports import router as reports
from bangfu.reporting.api.selecting import SELECTION
from bangfu.reporting.selection import Selection

for further in (facts, proofs, reports):
    figures.add_router("", further)

API = RoomApi(router=figures, by_hand={Selection: SELECTION})
