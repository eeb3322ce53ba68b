"""The measures that the resettlement room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, Party
from bangfu.foundation.rooms import both

FREE_MONTHS = Measure(
    code="resettlement.free_months",
    title=both("免费光纤宽带月数", "Months of free fibre granted"),
    unit=both("个月", "months"),
    counts=both(
        "一套安置房一行，数量为给予的免费月数；以宽带开通之日计入；空置未开通的不计；续期另起一行。",
        "One row a dwelling, the quantity is the free months granted; on the day its line was activated; an "
        "empty dwelling without a line does not count; an extension is a row of its own.",
    ),
    reported=True,
    party=Party.THING,
)
"""Free months granted; unit 1 month, grain one dwelling's entitlement, the dwelling its party."""
