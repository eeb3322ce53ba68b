"""A charity's bank statement is read once, and each credit is matched: the sponsor's money, a gift by transfer, or neither."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.queries import standing_in
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.points.operations.storing import next_keys
from bangfu.giving.campaigns.models import (
    BankFile,
    BankLine,
    Campaign,
    Charity,
    DonorKind,
    Gift,
    LineMeaning,
    State,
    Way,
)
from bangfu.giving.campaigns.operations.books import BANK as BANK_ACCOUNT
from bangfu.giving.campaigns.operations.books import COMPANY_BANK, OWED, PAYABLE, WALLET, moved, post_legs
from bangfu.giving.campaigns.operations.counting import Counted, count_raised
from bangfu.giving.campaigns.operations.refusing import UnableToReadBank
from bangfu.giving.campaigns.operations.taking import Row, lock_open, take_rows
from bangfu.giving.campaigns.register import BANK, BANK_LINE_TYPE

TITLES = {
    "on": ("交易日期", "交易时间", "记账日期", "日期"),
    "serial": ("流水号", "交易流水号", "核心流水号", "凭证号"),
    "amount": ("收入金额", "贷方发生额", "贷方金额", "收入"),
    "payer": ("对方户名", "对方名称", "付款人"),
    "purpose": ("摘要", "附言", "用途", "备注"),
}
"""How banks head what is read; the first that is there counts."""
NEEDED = ("on", "serial", "amount")
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S")
COMPANY = re.compile(r"(公司|集团|基金会|银行|协会|中心|工会|学校|医院|商行|合作社|支付|财付通|联通|委员会)")
"""A payer with one of these in its name is an organisation; anybody else's name is not kept."""
CODE_WRITTEN = re.compile(r"[A-Z0-9-]+")
"""What stands where a purpose may begin with a campaign's code."""
BANK_SYSTEM = "campaigns.transfer"


@dataclass(frozen=True)
class Credit:
    """One credit as the bank wrote it."""

    serial: str
    on: date
    amount_fen: int
    company: str
    purpose: str


def read_credits(content: bytes) -> list[Credit]:
    """Return the credits of a statement in CSV; debits are passed over.

    Raises: UnableToReadBank: ``not_text``, ``no_titles``, ``bad_row``.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnableToReadBank("not_text")
    rows = list(csv.reader(io.StringIO(text)))
    columns: dict[str, int] = {}
    start = 0
    for start, row in enumerate(rows):  # noqa: B007 - the row of titles is wanted
        cells = [cell.strip() for cell in row]
        columns = {
            name: cells.index(title)
            for name, titles in TITLES.items()
            for title in [next((one for one in titles if one in cells), None)]
            if title is not None
        }
        if all(name in columns for name in NEEDED):
            break
    if not all(name in columns for name in NEEDED):
        raise UnableToReadBank("no_titles")
    found = (_credit(row, columns, at) for at, row in enumerate(rows[start + 1 :], start + 2) if any(row))
    return [one for one in found if one is not None]


def _credit(row: list[str], columns: dict[str, int], at: int) -> Credit | None:
    def cell(name: str) -> str:
        return row[columns[name]].strip().strip("\t") if name in columns and columns[name] < len(row) else ""

    written = cell("amount").replace(",", "").replace("¥", "")
    if written in ("", "-", "0", "0.00"):
        return None
    try:
        fen = Decimal(written) * 100
    except InvalidOperation as wrong:
        raise UnableToReadBank("bad_row", row=at, column=TITLES["amount"][0]) from wrong
    if fen != int(fen) or fen <= 0:
        raise UnableToReadBank("bad_row", row=at, column=TITLES["amount"][0])
    day = next((one for form in DAYS if (one := _day(cell("on"), form))), None)
    if day is None:
        raise UnableToReadBank("bad_row", row=at, column=TITLES["on"][0])
    if not cell("serial"):
        raise UnableToReadBank("bad_row", row=at, column=TITLES["serial"][0])
    payer = cell("payer")
    return Credit(
        cell("serial")[:60],
        day,
        int(fen),
        payer[:120] if COMPANY.search(payer) else "",
        cell("purpose")[:200],
    )


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day as the bank writes it
    except ValueError:
        return None


@operation("campaigns.read_bank", scope=scope_of("charity"), unrecorded=("content",))
def read_bank(*, charity: Charity, name: str, content: bytes, act: Act) -> BankFile:
    """Read a statement of a charity's bank: credits that are new wait to be matched, unless their purpose names a campaign.

    A purpose that begins with the code of an open campaign is a gift by transfer. Names of persons are not kept. A serial that
    is known is passed over; one that now says another day or sum is refused, and so is one that stands twice with two sums.

    Raises: UnableToReadBank: see its codes; nothing was written.
    Posts: as ``match_line`` for what is matched at once.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = BankFile.objects.filter(charity=charity, digest=digest).first()
    if known is not None:
        raise UnableToReadBank("read_already", day=f"{timezone.localdate(known.read_at):%Y-%m-%d}")
    credits = _by_serial(read_credits(content))
    if not credits:
        raise UnableToReadBank("empty")
    there = _known_serials(charity, credits)
    fresh = [one for serial, one in credits.items() if serial not in there]
    file = BankFile.objects.create(
        charity=charity, name=name[:200], digest=digest, lines_read=len(credits), lines_known=len(there), read_at=act.at,
        read_by=act.actor,
    )  # fmt: skip
    lines = BankLine.objects.bulk_create(
        BankLine(
            file=file, charity=charity, serial=one.serial, happened_on=one.on, amount_fen=one.amount_fen,
            company=one.company, purpose=one.purpose,
        )
        for one in fresh
    )  # fmt: skip
    by_code = {
        one.code: one
        for one in Campaign.objects.filter(charity=charity, state=State.OPEN).select_related(
            "charity__unit", "fund", "sponsor", "unit"
        )
    }
    for line in lines:
        campaign = by_code.get(code_written(line.purpose))
        if campaign is not None and campaign.starts_on <= line.happened_on < campaign.ends_on:
            _as_gift(line, campaign, act)
    return file


def _by_serial(found: Sequence[Credit]) -> dict[str, Credit]:
    """Return credits by their serials; the same line twice is one.

    Raises: UnableToReadBank: ``serial_twice``: one serial stands with two days or sums.
    """
    credits: dict[str, Credit] = {}
    for one in found:
        known = credits.setdefault(one.serial, one)
        if (known.on, known.amount_fen) != (one.on, one.amount_fen):
            raise UnableToReadBank("serial_twice", serial=one.serial)
    return credits


def _known_serials(charity: Charity, credits: dict[str, Credit]) -> set[str]:
    """Return the serials that were read before.

    Raises: UnableToReadBank: ``serial_differs``: one of them was of another day or sum.
    """
    lines = BankLine.objects.filter(charity=charity, serial__in=credits).order_by("pk")
    for one in lines:
        now = credits[one.serial]
        if (one.happened_on, one.amount_fen) != (now.on, now.amount_fen):
            raise UnableToReadBank(
                "serial_differs", serial=one.serial, day=one.happened_on, sum=grouped(one.amount_fen, "CNY")
            )
    return {one.serial for one in lines}


def code_written(purpose: str) -> str:
    """Return the code with which a purpose begins, whole: that of another campaign is no code that only begins alike."""
    found = CODE_WRITTEN.match(purpose)
    return found.group().rstrip("-") if found is not None else ""


@operation("campaigns.match_line", scope=scope_of("line"))
def match_line(
    *, line: BankLine, meaning: str, campaign: Campaign | None = None, remark: str = "", act: Act
) -> BankLine:
    """Say what a credit of the bank is: the sponsor's money for a campaign, a gift by transfer, online gifts that the provider
    paid out, or no gift at all.

    Raises: UnableToReadBank: see its codes; UnableToGive: ``not_open``. Nothing was written.
    Posts: ``campaigns.raised`` on the day of the credit; entries of the charity's and, of a sponsor's money, its own books.
    Locks: the line, the campaign.
    """
    held = BankLine.objects.select_for_update(of=("self",)).select_related("charity__unit").get(pk=line.pk)
    if held.meaning != LineMeaning.OPEN:
        raise UnableToReadBank("matched_already")
    if meaning == LineMeaning.OTHER:
        if not remark.strip():
            raise UnableToReadBank("no_remark")
        held.meaning, held.remark = meaning, remark.strip()[:200]
        held.save(update_fields=["meaning", "remark"])
        return held
    if meaning not in (LineMeaning.SPONSOR, LineMeaning.GIFT, LineMeaning.SETTLED):
        raise UnableToReadBank("wrong_meaning")
    if campaign is None:
        raise UnableToReadBank("no_campaign")
    if campaign.charity_id != held.charity_id:
        raise UnableToReadBank("other_charity")
    if meaning == LineMeaning.GIFT:
        return _as_gift(held, campaign, act)
    return (_as_sponsor if meaning == LineMeaning.SPONSOR else _as_settled)(held, campaign, act)


def gift_source(line: BankLine) -> str:
    """Return the id of the gift that a line of the bank is, each time it is matched another."""
    return f"{line.charity_id}:{line.serial}" + (f"#{line.turn}" if line.turn else "")


def line_of_gift(gift: Gift) -> BankLine | None:
    """Return the line of the bank that a gift by transfer is; null: it is another gift."""
    if gift.source_system != BANK_SYSTEM:
        return None
    charity, _, rest = gift.source_id.partition(":")
    rows = BankLine.objects.filter(charity=int(charity), meaning=LineMeaning.GIFT)
    found = rows.filter(serial__in={rest, rest.rpartition("#")[0]})
    return next((one for one in found if gift_source(one) == gift.source_id), None)


def _source(line: BankLine) -> str:
    return f"{line.pk}#{line.turn}" if line.turn else str(line.pk)


def _as_gift(line: BankLine, campaign: Campaign, act: Act) -> BankLine:
    lock_open(campaign)
    line.meaning, line.campaign = LineMeaning.GIFT, campaign
    line.save(update_fields=["meaning", "campaign"])
    (key,) = next_keys("campaigns_gift", 1)
    row = Row(
        key, secrets.token_hex(10), None, DonorKind.COMPANY if line.company else DonorKind.PUBLIC, Way.BANK.value, None,
        None, line.amount_fen, not line.company, campaign.unit_id, campaign.unit.place_id or campaign.seat_id,
        line.happened_on, BANK_SYSTEM, gift_source(line),
    )  # fmt: skip
    take_rows(campaign, [row], file=None, act=act)
    counted = Counted(key, row.unit, row.place, line.happened_on, line.amount_fen)
    count_raised(campaign, [counted], of_bank=False, act=act)
    return line


def owed_fen(campaign: Campaign) -> int:
    """Return what sponsors owe a campaign's fund, by the charity's books."""
    return standing_in(OWED, fund=campaign.fund_id)


def _as_settled(line: BankLine, campaign: Campaign, act: Act) -> BankLine:
    held = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("charity__unit", "fund")
        .get(pk=campaign.pk)
    )
    charity, fund, fen = held.charity, held.fund, line.amount_fen
    assert charity is not None
    assert fund is not None
    there = standing_in(WALLET, fund=held.fund_id)
    if there < fen:
        raise UnableToReadBank(
            "nothing_in_wallet", campaign=held.title, held=grouped(there, "CNY"), paid=grouped(fen, "CNY")
        )
    line.meaning, line.campaign = LineMeaning.SETTLED, held
    line.save(update_fields=["meaning", "campaign"])
    legs = moved(
        1, line.happened_on, line.pk, f"{_source(line)}:W", [(BANK_ACCOUNT, fen), (WALLET, -fen)], fund.code
    )
    post_legs(legs, unit=charity.unit, system=BANK, record_type=BANK_LINE_TYPE, act=act)
    return line


def _as_sponsor(line: BankLine, campaign: Campaign, act: Act) -> BankLine:
    held = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("charity__unit", "fund", "sponsor", "unit")
        .get(pk=campaign.pk)
    )
    charity, fund, sponsor = held.charity, held.fund, held.sponsor
    assert charity is not None
    assert fund is not None
    owed = owed_fen(held)
    if sponsor is None or owed < line.amount_fen:
        raise UnableToReadBank(
            "nothing_owed",
            campaign=held.title,
            owed=grouped(owed, "CNY"),
            paid=grouped(line.amount_fen, "CNY"),
        )
    line.meaning, line.campaign = LineMeaning.SPONSOR, held
    line.save(update_fields=["meaning", "campaign"])
    fen, on = line.amount_fen, line.happened_on
    legs = moved(1, on, line.pk, f"{_source(line)}:C", [(BANK_ACCOUNT, fen), (OWED, -fen)], fund.code)
    post_legs(legs, unit=charity.unit, system=BANK, record_type=BANK_LINE_TYPE, act=act)
    paid = moved(1, on, line.pk, f"{_source(line)}:S", [(PAYABLE, fen), (COMPANY_BANK, -fen)])
    post_legs(paid, unit=sponsor, system=BANK, record_type=BANK_LINE_TYPE, act=act)
    place = sponsor.place_id or held.seat_id
    counted = Counted(line.pk, held.unit_id, place, on, fen, source=_source(line))
    count_raised(held, [counted], of_bank=True, act=act)
    return line
