"""An accountant enters vouchers and opens accounts at pages; whoever may not, does not."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

import polars
import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import BookAccount, Entry, Voucher
from bangfu.foundation.money.queries import trial_balance
from bangfu.foundation.money.refusals import (
    UnableToEnterVoucher,
    UnableToPostEntry,
    UnableToReverseEntry,
)
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from tests.cast import GUIZHOU, NOW, Cast
from tests.foundation.money.books import SPENT_ON, gift, post
from tests.foundation.money.test_export import door, lines

GIFT = (money.Line("Assets:Bank", 1_050, "HOPE"), money.Line("Income:Gifts", -1_050, "HOPE"))


def voucher(number: str = "记-1", /, **changes: Any) -> money.NewVoucher:
    """Return a voucher of a gift of 10.50 yuan."""
    said: dict[str, Any] = {"happened_on": SPENT_ON, "summary": "收到捐款", "lines": GIFT, **changes}
    return money.NewVoucher(number, **said)


def enter(cast: Cast, said: money.NewVoucher, actor: Account | None = None) -> Entry:
    """Enter a voucher into the group's books."""
    return money.enter_voucher(unit=cast.group, voucher=said, act=cast.act(actor or cast.officer))


def held(cast: Cast) -> dict[str, int]:
    """Return what stands in the group's accounts."""
    rows = trial_balance(cast.group, until=date(2030, 1, 1))
    return {one.account.code: one.amount_minor for one in rows if one.amount_minor}


class TestEnterVoucher:
    def test_is_booked_once_with_what_it_is_about(self, books: Cast) -> None:
        entry = enter(books, voucher())
        assert (entry.source_system, entry.source_id, entry.voucher.summary) == (
            "money.voucher",
            "记-1",
            "收到捐款",
        )
        assert held(books) == {"Assets:Bank": 1_050, "Income:Gifts": -1_050}

    @pytest.mark.parametrize(
        ("said", "unable", "code"),
        [
            (voucher(" "), UnableToEnterVoucher, "no_number"),
            (voucher(summary=" "), UnableToEnterVoucher, "no_summary"),
            (voucher(lines=GIFT[:1]), UnableToEnterVoucher, "one_line"),
            (
                voucher(lines=(GIFT[0], money.Line("Income:Gifts", -1, "HOPE"))),
                UnableToPostEntry,
                "unbalanced",
            ),
            (voucher(lines=(GIFT[0], money.Line("Income:Gifts", -1_050))), UnableToPostEntry, "unbalanced"),
            (voucher(happened_on=date(2099, 1, 1)), UnableToPostEntry, "in_future"),
            (voucher(happened_on=date(2018, 12, 31)), UnableToPostEntry, "closed_then"),
        ],
    )
    def test_refuses(self, books: Cast, said: money.NewVoucher, unable: type[Refusal], code: str) -> None:
        with pytest.raises(unable) as refused:
            enter(books, said)
        assert refused.value.code == code
        assert not Entry.objects.exists()
        assert not Voucher.objects.exists()

    def test_refuses_a_number_that_is_there_and_leaves_the_first(self, books: Cast) -> None:
        enter(books, voucher())
        with pytest.raises(UnableToEnterVoucher) as refused:
            enter(books, voucher(summary="另一笔"))
        assert refused.value.code == "number_taken"
        assert Voucher.objects.get().summary == "收到捐款"

    def test_only_the_accountant_may(self, books: Cast) -> None:
        with pytest.raises(NotPermitted):
            enter(books, voucher(), books.clerk)

    def test_many_at_once_say_what_they_are_about_too(self, books: Cast) -> None:
        frame = gift(100, source="记-7")
        money.enter_vouchers(
            unit=books.group,
            frame=frame.with_columns(summary=polars.lit("成批")),
            act=books.act(books.officer),
        )
        assert Voucher.objects.get().entry.source_id == "记-7"
        money.enter_vouchers(unit=books.group, frame=gift(5, source="记-8"), act=books.act(books.officer))
        assert Voucher.objects.count() == 1


class TestReverseVoucher:
    def test_mirrors_it_once(self, books: Cast) -> None:
        entry = enter(books, voucher())
        said: dict[str, Any] = {
            "reason": "wrong_amount",
            "happened_on": SPENT_ON,
            "act": books.act(books.officer),
        }
        back = money.reverse_voucher(entry=entry, **said)
        assert (back.reverses, held(books)) == (entry, {})
        with pytest.raises(UnableToReverseEntry) as again:
            money.reverse_voucher(entry=entry, **said)
        assert again.value.code == "reversed_already"
        assert enter(books, voucher("记-2")).pk

    def test_refuses_what_no_accountant_entered(self, books: Cast) -> None:
        post(unit=books.group, frame=gift(100), act=books.act(books.officer))
        said: dict[str, Any] = {
            "reason": "wrong_amount",
            "happened_on": SPENT_ON,
            "act": books.act(books.officer),
        }
        with pytest.raises(UnableToEnterVoucher) as refused:
            money.reverse_voucher(entry=Entry.objects.get(), **said)
        assert refused.value.code == "no_voucher"


def sent(client: Client, address: str, /, **said: Any) -> Any:
    return client.post(address, {"key": secrets.token_hex(8), **said})


def typed(*rows: tuple[str, str, str, str], **said: str) -> dict[str, str]:
    """Return a voucher as the page sends it: account, fund, debit, credit a line."""
    found = {
        "line-TOTAL_FORMS": str(len(rows)), "line-INITIAL_FORMS": "0", "number": "记-1", "summary": "收到捐款",
        "happened_on": SPENT_ON.isoformat(), **said,
    }  # fmt: skip
    for at, row in enumerate(rows):
        for name, value in zip(("account", "fund", "debit", "credit"), row, strict=True):
            found[f"line-{at}-{name}"] = value
    return found


BALANCED = (("Assets:Bank", "HOPE", "1,050.00", ""), ("Income:Gifts", "HOPE", "", "1050"), ("", "", "", ""))


class TestPages:
    def test_a_voucher_is_entered_found_printed_and_reversed(self, books: Cast) -> None:
        client = door(books.officer)
        page = client.get("/money/vouchers/new").content.decode()
        assert f'value="{books.group.code}-{timezone.localdate():%Y%m}-001"' in page
        answer = sent(client, "/money/vouchers/new", **typed(*BALANCED))
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        entry = Entry.objects.get()
        assert held(books) == {"Assets:Bank": 105_000, "Income:Gifts": -105_000}
        shown = client.get(answer["Location"]).content.decode()
        assert "收到捐款" in shown
        assert "打印凭证" in shown
        listed = client.get("/money/vouchers/?q=捐款&sort=-number").content.decode()
        assert "1,050.00 元" in listed
        assert "没有符合条件" in client.get("/money/vouchers/?q=没有的").content.decode()
        assert "记-1" in client.get("/money/vouchers/?q=Assets:Bank").content.decode()
        assert any("记-1,2020-06-01,收到捐款" in row for row in lines(client.get("/money/vouchers.csv")))
        pdf = client.get(f"/money/vouchers/{entry.pk}/sheet.pdf")
        assert pdf.content.startswith(b"%PDF")
        back = sent(
            client,
            f"/money/vouchers/{entry.pk}/reverse",
            reason="wrong_amount",
            happened_on=SPENT_ON.isoformat(),
        )
        assert back.status_code == 302, back.content.decode()[-2000:]
        assert held(books) == {}
        assert "金额有误" in client.get(back["Location"]).content.decode()
        assert "红字冲销" in client.get("/money/vouchers/").content.decode()

    @pytest.mark.parametrize(
        ("rows", "status", "says"),
        [
            ((("Assets:Bank", "", "10", ""), ("Income:Gifts", "", "", "9")), 409, "借贷不平"),
            ((("Assets:Bank", "", "10", "10"), ("Income:Gifts", "", "", "10")), 422, "借方或贷方填一个金额"),
            ((("Assets:Bank", "", "-1", ""), ("Income:Gifts", "", "", "1")), 422, "金额须大于零"),
            ((("", "", "10", ""), ("Income:Gifts", "", "", "10")), 422, "请选科目"),
            ((("Assets:Points", "", "1.5", ""), ("Income:Gifts-Points", "", "", "1.5")), 422, "积分须是整数"),
            ((("", "", "", ""),), 409, "至少有一借一贷"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(
        self, books: Cast, rows: tuple[tuple[str, str, str, str], ...], status: int, says: str
    ) -> None:
        answer = sent(door(books.officer), "/money/vouchers/new", **typed(*rows))
        assert answer.status_code == status
        assert says in answer.content.decode()
        assert 'value="收到捐款"' in answer.content.decode()
        assert not Entry.objects.exists()

    def test_more_lines_keep_what_was_typed_and_enter_nothing(self, books: Cast) -> None:
        rows = (("Assets:Bank", "HOPE", "10.50", ""), ("Income:Gifts", "HOPE", "", ""))
        answer = sent(door(books.officer), "/money/vouchers/new", more="1", **typed(*rows))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'name="line-TOTAL_FORMS" value="6"' in page
        assert 'value="10.50"' in page
        assert not Entry.objects.exists()

    def test_an_account_is_opened_and_found(self, books: Cast) -> None:
        client = door(books.officer)
        said = {
            "unit": books.group.pk, "code": "Expenses:Rent", "asset": "CNY", "title_zh": "房租", "title_en": "Rent",
            "starts_on": "2020-01-01",
        }  # fmt: skip
        assert sent(client, "/money/accounts/new", **{**said, "code": "rent"}).status_code == 409
        assert sent(client, "/money/accounts/new", **said).status_code == 302
        assert BookAccount.objects.get(code="Expenses:Rent").kind == "EXPENSES"
        page = client.get("/money/accounts/?q=房租&kind=EXPENSES&sort=-title").content.decode()
        assert "Expenses:Rent" in page
        assert "Assets:Bank" not in page
        assert any(
            "Expenses:Rent,房租,Rent,支出,元" in row for row in lines(client.get("/money/accounts.csv"))
        )

    def test_funds_are_searched_sorted_and_exported(self, books: Cast) -> None:
        client = door(books.officer)
        assert "助学基金" in client.get("/money/funds/?q=HOPE&sort=-held&show=open").content.decode()
        assert "没有符合条件的基金" in client.get("/money/funds/?show=closed").content.decode()
        assert not any("HOPE" in row for row in lines(client.get("/money/funds.csv?q=别的"))[1:2])

    @pytest.mark.parametrize("address", ["/money/vouchers/new", "/money/accounts/new"])
    def test_who_may_only_read_is_not_asked_to_write(self, books: Cast, address: str) -> None:
        reader = door(books.auditor)
        assert reader.get(address).status_code == 403
        for page in ("/money/", "/money/vouchers/", "/money/accounts/"):
            answer = reader.get(page)
            assert answer.status_code == 200
            assert address not in answer.content.decode()
        for page in ("/money/vouchers/", "/money/accounts/", "/money/vouchers.csv", "/money/accounts.xlsx"):
            assert door(books.clerk).get(page).status_code == 403

    def test_a_voucher_of_others_is_not_opened(self, books: Cast) -> None:
        entry = enter(books, voucher())
        assert door(books.clerk).get(f"/money/vouchers/{entry.pk}/sheet.pdf").status_code == 403
        assert door(books.auditor).get(f"/money/vouchers/{entry.pk}/reverse").status_code == 403
        assert door(books.auditor).get(f"/money/vouchers/{entry.pk}/sheet.pdf").status_code == 200

    def test_in_english(self, books: Cast) -> None:
        client = door(books.officer)
        client.cookies["bangfu_language"] = "en"
        enter(books, voucher())
        for page, words in (
            ("/money/vouchers/", "What it is about"), ("/money/vouchers/new", "More lines"), ("/money/accounts/", "Open from"),
        ):  # fmt: skip
            assert words in client.get(page).content.decode()


class TestRecordsBehindEntries:
    def test_are_links_for_those_who_may_open_them(self, books: Cast) -> None:
        record = ReportedRecord(
            measure="grants.paid", reference="EX-1", unit=books.office, place_id=GUIZHOU, quantity=1, happened_on=SPENT_ON,
            title="回单", registered_at=NOW, registered_by=books.officer,
        )  # fmt: skip
        with system_writes("a reported record"):
            record.save()
        frame = gift(100, source="记-9").with_columns(subject=polars.lit(record.pk))
        money.enter_vouchers(
            unit=books.group, frame=frame, records="intake.reported_record", act=books.act(books.officer)
        )
        address = f"/intake/records/{record.pk}/"
        page = f"/money/entries/{Entry.objects.get().pk}/"
        assert address in door(books.officer).get(page).content.decode()
        with system_writes("the accountant alone"):
            RoleGrant.objects.filter(account=books.officer).exclude(role="accountant").delete()
        told = door(books.officer).get(page).content.decode()
        assert "<dt>记录</dt>" in told
        assert address not in told
