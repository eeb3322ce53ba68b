"""What the campaigns room declares."""

from datetime import datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)
from bangfu.giving.campaigns.measures import PARTICIPATIONS, RAISED, RED_SCARF_RAISED
from bangfu.giving.campaigns.notices import KINDS
from bangfu.giving.campaigns.register import STAFF, VIEW
from bangfu.giving.campaigns.telling import RECORD_TYPES
from bangfu.giving.campaigns.waiting import WAITS

REPORTS = frozenset({"campaigns.report", STAFF})
READS = frozenset({VIEW})
PLANS = READS | {
    "campaigns.enter_charity",
    "campaigns.draft_campaign",
    "campaigns.revise_campaign",
    "campaigns.sign_partner",
    "campaigns.file_campaign",
    "campaigns.open_campaign",
    "campaigns.close_campaign",
    "campaigns.begin_granting",
    "campaigns.report_campaign",
    "campaigns.settle_surplus",
    "campaigns.disclose",
    "campaigns.correct_disclosure",
    "campaigns.promise_match",
    "campaigns.bring_gifts",
    "campaigns.refund_gift",
}
BOOKS = READS | {
    STAFF,
    "campaigns.enter_series",
    "campaigns.issue_receipt",
    "campaigns.issue_sponsors_receipt",
    "campaigns.void_receipt",
    "campaigns.read_bank",
    "campaigns.match_line",
    "campaigns.unmatch_line",
    "campaigns.book_cost",
    "campaigns.undo_cost",
    "campaigns.book_purchase",
    "campaigns.undo_purchase",
}
OF_THE_DOOR = frozenset(
    {
        "campaigns.give_points",
        "campaigns.give_many",
        "campaigns.give_cash",
        "campaigns.take_back_gift",
        "campaigns.make_pledge",
        "campaigns.end_pledge",
        "campaigns.ask_pledges",
        "campaigns.ask_again",
        "campaigns.place_gifts",
    }
)


def _pledges_due(now: datetime) -> bool:
    from bangfu.giving.campaigns.queries import some_pledges_due

    return some_pledges_due(timezone.localdate(now))


def _ask_pledges(now: datetime) -> Words | None:
    from bangfu.giving.campaigns.operations import ask_pledges
    from bangfu.giving.campaigns.queries import door_account

    count = ask_pledges(act=Act(actor=door_account(), at=now))
    return both("{count} 笔月捐到期待支付。", "{count} monthly gifts are to be paid.").filled(count=count)


def _gifts_to_place(now: datetime) -> bool:
    from bangfu.giving.campaigns.standing import campaigns_to_place

    return bool(campaigns_to_place())


def _place_gifts(now: datetime) -> Words | None:
    from bangfu.giving.campaigns.operations.placing import place_gifts
    from bangfu.giving.campaigns.queries import door_account

    count = place_gifts(act=Act(actor=door_account(), at=now))
    return both("{count} 笔捐赠排入了基金的次序。", "{count} gifts got their place in their fund.").filled(
        count=count
    )


ROOM = RoomDeclaration(
    code="campaigns",
    wing=Wing.GIVING,
    title=both("募捐活动", "Campaigns"),
    icon="heart-handshake",
    about=both(
        "与慈善组织合作募捐：积分和现金进限定基金，逐笔可查。",
        "Raising with a qualified charity: points and cash enter a restricted fund, gift by gift.",
    ),
    address="campaigns:campaigns",
    view_permission=VIEW,
    api="bangfu.giving.campaigns.api",
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS | PLANS | BOOKS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("campaigns_reporter", both("募捐报送员", "Campaign reporter"), REPORTS),
        RoleDeclaration("accountant", both("会计", "Accountant"), BOOKS),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration(
            "campaigns_door", both("募捐之门（系统）", "Door of campaigns (a system)"), OF_THE_DOOR
        ),
    ),
    permissions={
        VIEW: both("看募捐活动和捐赠", "read campaigns and gifts"),
        STAFF: both("看本单位职工的募集并捐款", "see drives among staff and give to them"),
        "campaigns.report": both("报送募捐活动的度量", "report the measures of campaigns"),
        "campaigns.enter_charity": both("登记慈善组织", "enter a charity"),
        "campaigns.draft_campaign": both("拟定募捐活动", "draft a campaign"),
        "campaigns.revise_campaign": both("修改拟定的活动", "change a campaign that is not filed"),
        "campaigns.sign_partner": both("登记合作协议", "note that a charity signed"),
        "campaigns.file_campaign": both("登记募捐备案", "note the filing of a campaign"),
        "campaigns.open_campaign": both("开放募捐", "open a campaign for gifts"),
        "campaigns.close_campaign": both("结束募捐", "close a campaign"),
        "campaigns.begin_granting": both("转入发放", "let what was raised be granted"),
        "campaigns.report_campaign": both("登记已公开报告", "note that a campaign is reported"),
        "campaigns.settle_surplus": both("处理结余", "settle a surplus"),
        "campaigns.disclose": both("登记信息公开", "note a disclosure"),
        "campaigns.correct_disclosure": both("登记公开信息的更正", "note a correction of a disclosure"),
        "campaigns.promise_match": both("登记企业配捐", "enter what a company matches"),
        "campaigns.bring_gifts": both("导入捐赠文件", "bring a file of gifts"),
        "campaigns.refund_gift": both("退回捐赠", "give a gift back"),
        "campaigns.enter_series": both("登记票据号段", "enter numbers of receipts"),
        "campaigns.issue_receipt": both("开具捐赠票据", "issue a donation receipt"),
        "campaigns.issue_sponsors_receipt": both("给企业开具票据", "issue a company's receipt"),
        "campaigns.void_receipt": both("作废票据", "void a receipt"),
        "campaigns.read_bank": both("读入银行流水", "read a bank's statement"),
        "campaigns.match_line": both("认领银行流水", "match a line of the bank"),
        "campaigns.unmatch_line": both("撤销认领银行流水", "take back a match of a line"),
        "campaigns.book_purchase": both("列支采购", "book a purchase"),
        "campaigns.undo_purchase": both("冲销采购", "take a purchase back"),
        "campaigns.book_cost": both("列支管理费", "book administration"),
        "campaigns.undo_cost": both("冲销管理费", "take administration back"),
        "campaigns.give_points": both("捐积分", "give points"),
        "campaigns.give_many": both("集中捐积分", "give points, many at once"),
        "campaigns.give_cash": both("捐款", "give cash"),
        "campaigns.take_back_gift": both("冷静期内撤回捐赠", "take a gift back in time"),
        "campaigns.make_pledge": both("登记月捐", "promise a monthly gift"),
        "campaigns.ask_again": both("月捐没付成，再付一次", "ask again for a monthly gift that was not paid"),
        "campaigns.end_pledge": both("停止月捐", "end a monthly gift"),
        "campaigns.ask_pledges": both("发起当月月捐", "ask for this month's gifts"),
        "campaigns.place_gifts": both("排定捐赠在基金中的次序", "give gifts their place in their fund"),
    },
    measures=(
        PARTICIPATIONS,
        RAISED,
        RED_SCARF_RAISED,
    ),
    record_types=RECORD_TYPES,
    waits=WAITS,
    notices=KINDS,
    periodic=(
        PeriodicDeclaration(
            code="campaigns.pledges",
            title=both("发起当月月捐", "Ask for monthly gifts"),
            hours=Hours(after=time(6, 0)),
            run=_ask_pledges,
            when=_pledges_due,
        ),
        PeriodicDeclaration(
            code="campaigns.places",
            title=both("排定捐赠在基金中的次序", "Give gifts their place in their fund"),
            hours=Hours(every=timedelta(hours=1)),
            run=_place_gifts,
            when=_gifts_to_place,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
)
