"""A campaign with its charity, fund, merchant account and members with points, as tests of giving need it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars
from django.db import connection
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import open_fund
from bangfu.foundation.money.queries import trial_balance
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.payments.models import MerchantAccount, Payment
from bangfu.foundation.payments.operations import open_merchant_account, take_payment_answer
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.points.models import Holder
from bangfu.foundation.points.operations import enter_rate, load_lots
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.measures import PARTICIPATIONS, RAISED, RED_SCARF_RAISED
from bangfu.giving.campaigns.models import Campaign, Charity
from bangfu.giving.campaigns.queries import door_account
from tests.cast import FOUNDED, GUIZHOU, NOW, Cast
from tests.foundation.payments.paid import details, door, paid_told
from tests.foundation.points.purse import text_of

CREDIT = "53100000500000123X"
STARTS, ENDS = date(2020, 7, 1), date(2021, 2, 1)
LAST = date(2021, 12, 31)


@dataclass(frozen=True)
class Giving:
    """The cast with an open campaign."""

    cast: Cast
    campaign: Campaign
    charity: Charity
    fund: Fund
    merchant: MerchantAccount

    def act(self, *, at: datetime = NOW, actor: Account | None = None) -> Act:
        """Return an act of the officer."""
        return Act(actor=actor or self.cast.officer, at=at)

    def door(self, *, at: datetime = NOW) -> Act:
        """Return an act of the door of campaigns."""
        return Act(actor=door_account(on=FOUNDED), at=at)

    def holder(self, number: str = "M-0001") -> Holder:
        """Return a member."""
        return Holder.objects.get(number=number)

    def points(self, amount: int, source: str = "A", *, member: str = "M-0001", at: datetime = NOW) -> Any:
        """Give points."""
        return giving.give_points(
            campaign=self.campaign,
            holder=self.holder(member),
            points=amount,
            source_id=source,
            act=self.door(at=at),
        )

    def cash(
        self, fen: int, *, name: str = "", at: datetime = NOW, is_paid: bool = True, **said: Any
    ) -> Payment:
        """Give cash, and let it be paid."""
        payment = giving.give_cash(
            campaign=self.campaign, amount_fen=fen, name=name, act=self.door(at=at), **said
        )
        return self.pay(payment, at=at) if is_paid else payment

    def pay(self, payment: Payment, *, at: datetime = NOW) -> Payment:
        """Let a payment be paid."""
        return take_payment_answer(
            merchant=self.merchant, told=paid_told(payment, at=at), heard="MESSAGE", act=door(at=at)
        )


def plan(**changes: Any) -> giving.Plan:
    """Return what is said of the campaign."""
    said: dict[str, Any] = {
        "title_zh": "积分助学", "title_en": "Points for schooling", "cause": "SCHOOLING", "about_zh": "资助册亨县学生",
        "does_zh": "每 1000 元资助一名学生一学年", "goal_fen": 100_000_00, "starts_on": STARTS, "ends_on": ENDS,
        "seat": Place.objects.get(pk=GUIZHOU), "least_fen": 100,
    }  # fmt: skip
    return giving.Plan(**{**said, **changes})


def grant(account: Account, unit: Unit, *roles: str) -> None:
    """Give somebody roles."""
    with system_writes("roles for the test"):
        for role in roles:
            RoleGrant.objects.get_or_create(account=account, role=role, unit=unit, starts_on=FOUNDED)


def charity(cast: Cast) -> Charity:
    """Enter the charity, whose books the office keeps."""
    return giving.enter_charity(
        unit=cast.office, code=CREDIT, name_zh="示例慈善基金会", name_en="Example charity", qualification="公募〔2018〕1号",
        qualified_on=date(2018, 1, 1), bank_account_ending="0417", act=cast.act(cast.officer),
    )  # fmt: skip


def fund(cast: Cast, code: str = "HOPE-2020") -> Fund:
    """Open the restricted fund."""
    return open_fund(
        unit=cast.office, code=code, title_zh="积分助学基金", title_en="Schooling", purpose="助学金",
        starts_on=date(2020, 1, 1), act=cast.act(cast.officer),
    )  # fmt: skip


def merchant(cast: Cast, **changes: str) -> MerchantAccount:
    """Open the charity's merchant account at test pay."""
    said = {"owner_kind": "CHARITY", "owner_title": "示例慈善基金会", "owner_code": CREDIT, **changes}
    code = said.pop("code", "charity-test")
    return open_merchant_account(unit=cast.office, details=details(code, **said), act=cast.act(cast.officer))


def members(cast: Cast) -> None:
    """Load two members' points, 100 of which are a yuan."""
    lots = (
        ("M-0001", "2018", 30_000, date(2018, 12, 31), LAST), ("M-0001", "2019", 50_000, date(2019, 12, 31), LAST),
        ("M-0002", "2019", 20_000, date(2019, 12, 31), LAST),
    )  # fmt: skip
    content, digest = text_of(*lots)
    load_lots(unit=cast.guizhou, content=content, digest=digest, act=cast.act(cast.officer))
    enter_rate(
        unit=cast.group, points=100, fen=100, valid_from=NOW.date(), document="积分〔2020〕1号", grace_days=30,
        act=cast.act(cast.officer),
    )  # fmt: skip


def drafted(cast: Cast, code: str = "JFZX-2020", **changes: Any) -> Campaign:
    """Draft the campaign, which the group runs and sponsors."""
    said = {"sponsor": cast.group, **changes}
    return giving.draft_campaign(unit=cast.group, code=code, plan=plan(**said), act=cast.act(cast.officer))


def opened(cast: Cast) -> Giving:
    """Open the campaign, from draft to the first gift."""
    grant(cast.officer, cast.group, "accountant")
    act = cast.act(cast.officer)
    behind, money, account = charity(cast), fund(cast), merchant(cast)
    campaign = drafted(cast)
    giving.sign_partner(campaign=campaign, charity=behind, agreement="合〔2020〕3号", fund=money, act=act)
    giving.file_campaign(
        campaign=campaign, filing="53100000A20001", filed_on=STARTS - timedelta(days=10), act=act
    )
    campaign = giving.open_campaign(campaign=campaign, merchant=account, act=act)
    members(cast)
    found = Campaign.objects.select_related("sponsor", "fund", "charity__unit", "unit", "merchant").get(
        pk=campaign.pk
    )
    return Giving(cast, found, behind, money, account)


def moved_to_now(story: Giving, members: Sequence[str] = ("M-0009",)) -> Giving:
    """Let the campaign be open by the wall clock too, and give members 90,000 points that are good now."""
    today = timezone.localdate()
    with system_writes("a campaign of today"):
        Campaign.objects.filter(pk=story.campaign.pk).update(ends_on=today.replace(year=today.year + 1))
    begun, over = today.replace(year=today.year - 1), today.replace(year=today.year + 1)
    content, digest = text_of(*((member, "1", 90_000, begun, over) for member in members))
    load_lots(unit=story.cast.guizhou, content=content, digest=digest, act=Act.now(story.cast.officer))
    return story


def facts() -> dict[str, list[int]]:
    """Return what is counted, by measure, in the order of facts: hundredths."""
    found: dict[str, list[int]] = {}
    names = {measure_number(one.code): one.code for one in (PARTICIPATIONS, RAISED, RED_SCARF_RAISED)}
    for number, quantity in Fact.objects.order_by("pk").values_list("measure_id", "quantity"):
        found.setdefault(names[number], []).append(int(quantity * 100))
    return found


def balances(unit: Unit) -> dict[str, int]:
    """Return what stands in each account of a unit that moved, debit less credit."""
    rows = trial_balance(unit, until=date(2030, 1, 1))
    return {one.account.code: one.amount_minor for one in rows if one.amount_minor}


def check_all(found: Giving) -> None:
    """Gifts, books and lots agree: what the fund's income says is what gifts say, and points are what their journal says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount_fen) FILTER (WHERE state IN ('RECEIVED', 'REFUNDING')), 0) FROM campaigns_gift"
            " WHERE campaign_id = %s",
            [found.campaign.pk],
        )
        (gifts,) = cursor.fetchone()
    books = balances(found.cast.office)
    income = -sum(total for code, total in books.items() if code.startswith("Income:"))
    assert income == gifts == sum(total for code, total in books.items() if code.startswith("Assets:"))


def gift_frame(*rows: tuple[str, int, str]) -> polars.DataFrame:
    """Return (member, points, id) as a file of gifts of today."""
    return polars.DataFrame(
        [(member, points, NOW.date(), source, False) for member, points, source in rows],
        schema=giving.GIFT_SCHEMA,
        orient="row",
    )


def digest_of(frame: polars.DataFrame) -> str:
    """Return a digest of a file."""
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()


LATER = datetime(2020, 8, 2, 9, tzinfo=UTC)
"""When no gift of the story's day may be taken back any more."""
