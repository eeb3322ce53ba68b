"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from django.urls import reverse

from bangfu.foundation.money.amounts import written
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both
from bangfu.giving.campaigns.models import (
    DONOR_WORDS,
    GIFT_STATE_WORDS,
    MEANING_WORDS,
    STATE_WORDS,
    WAY_WORDS,
    BankLine,
    Campaign,
    Charity,
    Cost,
    Gift,
    GiftFile,
    Pledge,
    Receipt,
)
from bangfu.giving.campaigns.register import (
    BANK_LINE_TYPE,
    CAMPAIGN_TYPE,
    CHARITY_TYPE,
    COST_TYPE,
    GIFT_FILE_TYPE,
    GIFT_TYPE,
    PLEDGE_TYPE,
    RECEIPT_TYPE,
)

SUM, STATE, CAMPAIGN = both("金额（元）", "Sum (yuan)"), both("状态", "State"), both("活动", "Campaign")


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart.

    >>> yuan(-123_456_705)
    '-1,234,567.05'
    """
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def charity_address(key: int) -> str:
    """Return the page of the charity with this key."""
    return reverse("campaigns:charity", args=[key])


def campaign_address(key: int) -> str:
    """Return the page of the campaign with this key."""
    return reverse("campaigns:campaign", args=[key])


def gift_address(key: int) -> str:
    """Return the page of the gift with this key."""
    return reverse("campaigns:gift", args=[key])


def pledge_address(key: int) -> str:
    """Return the list of gifts of the pledge with this key."""
    return f"{reverse('campaigns:gifts')}?pledge={key}"


def receipt_address(key: int) -> str:
    """Return the page of the receipt with this key."""
    return reverse("campaigns:receipt", args=[key])


def bank_line_address(key: int) -> str:
    """Return the list of lines of the bank."""
    return f"{reverse('campaigns:bank')}#line-{key}"


def gift_file_address(key: int) -> str:
    """Return the list of gifts that a file brought."""
    return f"{reverse('campaigns:gifts')}?file={key}"


def _units(model: type, path: str) -> object:
    def units(keys: list[int]) -> dict[int, int]:
        return dict(model.objects.filter(pk__in=keys).values_list("pk", path))  # type: ignore[attr-defined]

    return units


def charity_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each charity; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.name,
            rows=(
                (both("统一社会信用代码", "Credit code"), one.code),
                (both("公开募捐资格", "Qualification"), one.qualification),
                (both("单位", "Unit"), one.unit.name),
            ),
        )
        for one in Charity.objects.filter(pk__in=keys).select_related("unit")
    }


def campaign_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each campaign; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.title,
            rows=(
                (both("代码", "Code"), one.code),
                (STATE, str(STATE_WORDS[one.state])),
                (both("慈善组织", "Charity"), one.charity.name if one.charity else "—"),
                (both("备案号", "Filing"), one.filing or "—"),
                (both("起止", "Dates"), f"{one.starts_on} – {one.last_day}"),
            ),
        )
        for one in Campaign.objects.filter(pk__in=keys).select_related("charity")
    }


def gift_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each gift; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{one.campaign.title} {one.pk}",
            rows=(
                (SUM, written(one.amount_fen, "CNY")),
                (both("方式", "Way"), str(WAY_WORDS[one.way])),
                (both("捐赠人", "Giver"), str(DONOR_WORDS[one.kind])),
                (both("日期", "Day"), one.given_on.isoformat()),
                (STATE, str(GIFT_STATE_WORDS[one.state])),
            ),
        )
        for one in Gift.objects.filter(pk__in=keys).select_related("campaign")
    }


def pledge_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each pledge; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(both("月捐", "Monthly gift")),
            rows=(
                (CAMPAIGN, one.campaign.title),
                (SUM, written(one.amount_fen, "CNY")),
                (both("每月几号", "Day of the month"), str(one.day)),
            ),
        )
        for one in Pledge.objects.filter(pk__in=keys).select_related("campaign")
    }


def receipt_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each receipt; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(one),
            rows=(
                (SUM, written(one.amount_fen, "CNY")),
                (both("大写", "In capitals"), one.capitals),
                (both("开具日期", "Issued on"), one.issued_on.isoformat()),
            ),
        )
        for one in Receipt.objects.filter(pk__in=keys).select_related("series")
    }


def bank_line_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each line of a bank; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.serial,
            rows=(
                (both("日期", "Day"), one.happened_on.isoformat()),
                (SUM, written(one.amount_fen, "CNY")),
                (both("认领", "Matched as"), str(MEANING_WORDS[one.meaning])),
            ),
        )
        for one in BankLine.objects.filter(pk__in=keys)
    }


def gift_file_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each file of gifts; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.name,
            rows=(
                (CAMPAIGN, one.campaign.title),
                (both("笔数", "Gifts"), f"{one.gifts:,}"),
                (SUM, written(one.amount_fen, "CNY")),
            ),
        )
        for one in GiftFile.objects.filter(pk__in=keys).select_related("campaign")
    }


def cost_address(key: int) -> str:
    """Return the list of administration, at the line with this key."""
    return f"{reverse('campaigns:costs')}#cost-{key}"


def cost_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each booking of administration; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.document,
            rows=(
                (both("慈善组织", "Charity"), one.charity.name),
                (both("基金", "Fund"), one.fund.title),
                (SUM, written(one.amount_fen, "CNY")),
                (both("日期", "Day"), one.spent_on.isoformat()),
            ),
        )
        for one in Cost.objects.filter(pk__in=keys).select_related("charity", "fund")
    }


def _kind(
    number: int, noun: str, title: Words, model: type, path: str, said: tuple[object, object]
) -> RecordType:
    address, summaries = said
    return RecordType(
        number=number, code=f"campaigns.{noun}", title=title, model=f"campaigns.{model.__name__}",
        address=address, summaries=summaries, review_scope=_units(model, path),  # type: ignore[arg-type]
    )  # fmt: skip


RECORD_TYPES = (
    _kind(CHARITY_TYPE, "charity", both("慈善组织", "Charity"), Charity, "unit_id", (charity_address, charity_summaries)),
    _kind(CAMPAIGN_TYPE, "campaign", both("募捐活动", "Campaign"), Campaign, "unit_id", (campaign_address, campaign_summaries)),
    _kind(GIFT_TYPE, "gift", both("捐赠", "Gift"), Gift, "unit_id", (gift_address, gift_summaries)),
    _kind(PLEDGE_TYPE, "pledge", both("月捐", "Monthly gift"), Pledge, "campaign__unit_id", (pledge_address, pledge_summaries)),
    _kind(RECEIPT_TYPE, "receipt", both("捐赠票据", "Donation receipt"), Receipt, "series__charity__unit_id",
          (receipt_address, receipt_summaries)),
    _kind(BANK_LINE_TYPE, "bank_line", both("银行流水", "Line of the bank"), BankLine, "charity__unit_id",
          (bank_line_address, bank_line_summaries)),
    _kind(GIFT_FILE_TYPE, "gift_file", both("捐赠文件", "File of gifts"), GiftFile, "campaign__unit_id",
          (gift_file_address, gift_file_summaries)),
    _kind(COST_TYPE, "cost", both("管理费", "Administration"), Cost, "charity__unit_id", (cost_address, cost_summaries)),
)  # fmt: skip
