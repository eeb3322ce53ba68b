"""What the network room declares."""

from pathlib import Path

from bangfu.connectivity.network import queries
from bangfu.connectivity.network.measures import STATIONS
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.connectivity.network.sheets import STATIONS_SHEET
from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both

READS = frozenset({"network.view"})
REPORTS = READS | {
    "network.import_stations",
    "network.register_station",
    "network.revise_station",
    "network.submit_station",
    "network.correct_station",
    "network.withdraw_station",
}
DECIDES = READS | {
    "network.verify_stations",
    "network.return_stations",
    "network.verify_station",
    "network.return_station",
    "network.withdraw_station",
}

ROOM = RoomDeclaration(
    code="network",
    wing=Wing.CONNECTIVITY,
    title=both("网络", "Network"),
    icon="antenna",
    about=both(
        "新建基站：登记、佐证、核验、计数。", "New base stations: registered, proved, verified, counted."
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
        "network.view": both("看基站", "read stations"),
        "network.import_stations": both("成批导入基站", "import stations"),
        "network.register_station": both("登记基站", "register a station"),
        "network.revise_station": both("修改草稿或退回的基站", "change a draft or returned station"),
        "network.submit_station": both("提交基站核验", "submit a station for review"),
        "network.correct_station": both("更正已计入的基站", "correct a station that counts"),
        "network.withdraw_station": both("撤回基站", "withdraw a station"),
        "network.verify_stations": both("核验整份单据", "verify a paper of stations"),
        "network.return_stations": both("退回整份单据", "return a paper of stations"),
        "network.verify_station": both("核验单个基站", "verify one station"),
        "network.return_station": both("退回单个基站", "return one station"),
    },
    measures=(STATIONS,),
    sheets=(STATIONS_SHEET,),
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="network.station",
            title=both("基站", "Base station"),
            model="network.Station",
            address=queries.station_address,
            summaries=queries.summaries,
            review_scope=queries.review_scope,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
)
