"""What the network room declares."""

from pathlib import Path

from bangfu.connectivity.network import queries, telling
from bangfu.connectivity.network.kinds import KINDS
from bangfu.connectivity.network.measures import BASELINE, COVERED, INVESTMENT, PORTS, STATIONS, TARGETS
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.connectivity.network.sheets import SHEETS
from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both

READS = frozenset({"network.view"})
REPORTS = READS | {
    "network.import_stations",
    "network.register_station",
    "network.revise_station",
    "network.submit_station",
    "network.correct_station",
    "network.withdraw_station",
    "network.import_boxes",
    "network.register_box",
    "network.retire_box",
    "network.import_bookings",
    "network.register_booking",
    "network.import_baseline",
    "network.remove_village",
    "network.import_verdicts",
    "network.register_verdict",
    "network.register_target",
    "network.submit_record",
    "network.revise_record",
    "network.correct_record",
    "network.withdraw_record",
    "network.open_project",
    "network.reach_stage",
    "network.assign_station",
    "network.assign_stations",
    "network.locate_sites",
}
DECIDES = READS | {
    "network.verify_stations",
    "network.return_stations",
    "network.verify_station",
    "network.return_station",
    "network.withdraw_station",
    "network.verify_records",
    "network.return_records",
    "network.withdraw_record",
}

ROOM = RoomDeclaration(
    code="network",
    wing=Wing.CONNECTIVITY,
    title=both("网络", "Network"),
    icon="antenna",
    api="bangfu.connectivity.network.api",
    about=both(
        "基站、端口、投资、工程、覆盖：登记、佐证、核验、计数。",
        "Stations, ports, investment, projects, coverage: registered, proved, verified, counted.",
    ),
    address="network:stations",
    view_permission="network.view",
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        "network.view": both("看基站、工程与网络记录", "read stations, projects and network records"),
        "network.import_stations": both("成批导入基站", "import stations"),
        "network.register_station": both("登记基站", "register a station"),
        "network.revise_station": both("修改草稿或退回的基站", "change a draft or returned station"),
        "network.submit_station": both("提交基站核验", "submit a station for review"),
        "network.correct_station": both("更正已计入的基站", "correct a station that counts"),
        "network.withdraw_station": both("撤回基站", "withdraw a station"),
        "network.import_boxes": both("成批导入分纤箱", "import access boxes"),
        "network.register_box": both("登记分纤箱", "register an access box"),
        "network.retire_box": both("登记分纤箱退网", "note that an access box was taken out"),
        "network.import_bookings": both("成批导入投资入账", "import bookings of investment"),
        "network.register_booking": both("登记投资入账", "register a booking of investment"),
        "network.import_baseline": both("导入网络覆盖基准名单", "import a coverage baseline"),
        "network.remove_village": both("登记村调出基准名单", "remove a village from the baseline"),
        "network.import_verdicts": both("成批导入覆盖认定", "import coverage verdicts"),
        "network.register_verdict": both("登记覆盖认定", "register a coverage verdict"),
        "network.register_target": both("登记覆盖目标", "register a coverage target"),
        "network.submit_record": both("提交网络记录核验", "submit a network record for review"),
        "network.revise_record": both(
            "修改草稿或退回的网络记录", "change a draft or returned network record"
        ),
        "network.correct_record": both("更正已计入的网络记录", "correct a network record that counts"),
        "network.withdraw_record": both("撤回网络记录", "withdraw a network record"),
        "network.verify_records": both("核验整份网络单据", "verify a paper of network records"),
        "network.return_records": both("退回整份网络单据", "return a paper of network records"),
        "network.open_project": both("设立建设工程", "open a build project"),
        "network.reach_stage": both("登记工程阶段", "note the stage a project reached"),
        "network.assign_station": both("把基站归入工程", "assign a station to a project"),
        "network.assign_stations": both("成批把基站归入工程", "assign many stations to a project"),
        "network.locate_sites": both("登记站址坐标", "note where sites stand"),
        "network.verify_stations": both("核验整份单据", "verify a paper of stations"),
        "network.return_stations": both("退回整份单据", "return a paper of stations"),
        "network.verify_station": both("核验单个基站", "verify one station"),
        "network.return_station": both("退回单个基站", "return one station"),
    },
    measures=(STATIONS, PORTS, INVESTMENT, BASELINE, *COVERED.values(), *TARGETS.values()),
    sheets=SHEETS,
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="network.station",
            title=both("基站", "Base station"),
            model="network.Station",
            address=queries.station_address,
            summaries=queries.summaries,
            review_scope=queries.review_scope,
            points=queries.points,
        ),
        *(telling.record_type_of(kind) for kind in KINDS),
        RecordType(
            number=8,
            code="network.project",
            title=both("建设工程", "Build project"),
            model="network.Project",
            address=telling.project_address,
            summaries=telling.project_summaries,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
)
