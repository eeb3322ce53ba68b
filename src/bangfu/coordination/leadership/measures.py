"""The measures that the leadership room counts by: units report lines and groups, verified visits post themselves."""

from uuid import NAMESPACE_URL, UUID, uuid5

from bangfu.foundation.ledger.measures import Measure, MeasureKind, Party
from bangfu.foundation.rooms import both

LINES_BEFORE = Measure(
    code="leadership.lines_before",
    title=both("升格前统筹专业线", "Professional lines before the upgrade"),
    unit=both("条", "lines"),
    kind=MeasureKind.STOCK,
    counts=both(
        "领导小组升格以前纳入统筹的专业线，一条线计一次，以纳入文件的日期计入；升格后新增的不计在这里。",
        "The professional lines that were coordinated before the leading group was upgraded, each once, on "
        "the day of the document; those that came with the upgrade are not here.",
    ),
    reported=True,
)
"""Lines coordinated before the upgrade; unit 1 line, grain one line, at the group's seat."""

LINES = Measure(
    code="leadership.lines",
    title=both("统筹专业线", "Professional lines in the matrix"),
    unit=both("条", "lines"),
    kind=MeasureKind.STOCK,
    counts=both(
        "条块结合中纳入统筹的专业线，一条线计一次，以纳入文件的日期计入，撤出时减去；升格前已有的也在内。",
        "The professional lines in the matrix, each once, from the date of the document until a line leaves "
        "it; those from before the upgrade among them.",
    ),
    reported=True,
)
"""Lines in the matrix; unit 1 line, grain one line's beginning or end, at the group's seat."""

PROVINCIAL_GROUPS = Measure(
    code="leadership.provincial_groups",
    title=both("省级领导小组", "Provincial leading groups"),
    unit=both("个", "groups"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一个省级分公司的领导小组计一次，以成立文件的日期计入，撤销时减去；办公室和工作专班不另计。",
        "The leading group of one provincial branch once, from the date of the document that set it up until "
        "it is dissolved; offices and task forces are not groups.",
    ),
    reported=True,
)
"""Leading groups standing; unit 1 group, grain one group's beginning or end, owned by the branch, at its seat."""

VISITS = Measure(
    code="leadership.visits",
    title=both("调研督导人次", "Leaders' visits"),
    unit=both("人次", "visits"),
    party=Party.PUBLIC,
    counts=both(
        "一位领导在一次行程中到访一处计一，当事方为这位领导的这次行程；一次行程到几个县，按行程去重只计一人次。",
        "One a leader, trip and place, about the leader's trip: however many counties one trip crosses, counted by the trip it is"
        " one visit.",
    ),
)
"""Leaders times trips; 1 visit, owned by the leader's unit, at the place, on the day of arrival; party: leader and trip."""

TRIPS = Measure(
    code="leadership.trips",
    title=both("调研督导行程", "Leaders' trips"),
    unit=both("趟", "trips"),
    party=Party.PUBLIC,
    counts=both(
        "一次行程到访一处计一，当事方为行程；几位领导同行是一趟，一趟到几个县也是一趟。",
        "One a trip and place, about the trip: leaders who travel together make one trip, and so does a trip to several"
        " counties.",
    ),
)
"""Trips; 1 trip, owned by the leader's unit, at the place visited, on the day of arrival; party: the trip."""

SOURCE_SYSTEM = "leadership.visit"
"""The source of every fact of visits; its external id is the visit's key."""


def party_of_visit(leader: str, trip: str) -> UUID:
    """Return the opaque id under which a leader's trip is counted. Args: leader, trip: their numbers."""
    return uuid5(NAMESPACE_URL, f"bangfu/leader/{leader}/trip/{trip}")


def party_of_trip(trip: str) -> UUID:
    """Return the opaque id under which a trip is counted. Args: trip: its number."""
    return uuid5(NAMESPACE_URL, f"bangfu/trip/{trip}")
