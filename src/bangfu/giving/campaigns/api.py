"""What campaigns say to programs, without anybody's name, and to the other rooms of giving: which fen of a fund a gift is."""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.operations.books import BANK, OWED, REFUNDED, WALLET
from bangfu.giving.campaigns.operations.placing import place_gifts_of
from bangfu.giving.campaigns.queries import (
    bank_lines_seen_by,
    campaigns_seen_by,
    charities_seen_by,
    costs_seen_by,
    gift_files_seen_by,
    gifts_seen_by,
    pledges_seen_by,
    receipts_seen_by,
)
from bangfu.giving.campaigns.standing import Followed, followed

__all__ = ["API", "BANK", "OWED", "REFUNDED", "WALLET", "Followed", "followed", "place_gifts_of"]

API = RoomApi(
    seen={
        "campaigns.charity": charities_seen_by,
        "campaigns.campaign": campaigns_seen_by,
        "campaigns.gift": gifts_seen_by,
        "campaigns.gift_file": gift_files_seen_by,
        "campaigns.pledge": pledges_seen_by,
        "campaigns.receipt": receipts_seen_by,
        "campaigns.bank_line": bank_lines_seen_by,
        "campaigns.cost": costs_seen_by,
    },
    hidden=frozenset(
        {
            "campaigns.gift.number", "campaigns.gift.donor", "campaigns.pledge.number", "campaigns.pledge.donor",
            "campaigns.receipt.payer", "campaigns.receipt.check_code",
        }
    ),
    not_offered={
        "campaigns.ask_pledges": both("由系统每天执行", "The house does it each day"),
        "campaigns.give_many": both("会员在捐赠页上捐，由门集中收取", "Members give at the page; the door gathers them"),
        "campaigns.place_gifts": both("由系统每小时执行", "The house does it each hour"),
        "campaigns.read_bank": both("流水在页面上传", "Statements are sent at the page"),
    },
)  # fmt: skip
