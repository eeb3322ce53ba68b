"""The books as a Beancount file that its own checker accepts, and as pages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import polars
import pytest
from click.testing import CliRunner
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.money.amounts import written
from bangfu.foundation.money.beancount import BookEntry, BookLeg, lines_of
from bangfu.foundation.money.models import BookAccount, Entry, Leg
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from tests.cast import Cast
from tests.foundation.money.books import gift, grant, legs, post, reverse

CHECK = Path(sys.executable).parent / "bean-check"


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([CHECK, path], capture_output=True, text=True, check=False)


@pytest.fixture
def told(books: Cast) -> Cast:
    """A gift, a grant, points, and a gift that was given back."""
    act = books.act(books.officer)
    frames = [
        gift(3_670_000_00),
        gift(5, source="back", entry=2),
        legs(("Assets:Points", 120, None), ("Income:Gifts-Points", -120, None), source="points", entry=3),
    ]
    post(unit=books.group, frame=polars.concat(frames), act=act)
    post(unit=books.group, frame=grant(3_349_000_00), act=act)
    reverse(entry=Entry.objects.get(source_id="back"), reason="refunded", on=date(2020, 7, 2), act=act)
    return books


class TestExport:
    def test_is_accepted_and_says_the_same(
        self, told: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bangfu.site.cli import money

        monkeypatch.setattr(money, "database", nullcontext)
        target = tmp_path / "books.beancount"
        done = CliRunner().invoke(money.money, ["export", str(target)])
        assert done.exit_code == 0, done.output
        assert (checked(target).returncode, checked(target).stderr) == (0, "")
        text = target.read_text(encoding="utf-8")
        assert "2020-06-01 open Assets:GROUP:Bank:Fund-HOPE CNY" in text
        assert "  Expenses:GROUP:Grants:Fund-HOPE  3349000.00 CNY" in text
        assert "  Assets:GROUP:Points  120 POINT" in text
        assert text.count(" * ") == 5

    def test_a_wrong_amount_would_be_noticed(self, told: Cast, tmp_path: Path) -> None:
        target = tmp_path / "wrong.beancount"
        from bangfu.foundation.money.queries import book_entries

        text = "\n".join(lines_of(book_entries(), title="x")).replace("3349000.00", "3349000.01", 1)
        target.write_text(text, encoding="utf-8")
        assert checked(target).returncode == 1

    def test_of_one_unit_up_to_a_day(self, told: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        from bangfu.site.cli import money

        monkeypatch.setattr(money, "database", nullcontext)
        early = CliRunner().invoke(money.money, ["export", "--until", "2020-07-01"]).output
        assert "reverses:" not in early
        assert CliRunner().invoke(money.money, ["export", "--unit", "P52"]).output.count(" * ") == 0
        assert CliRunner().invoke(money.money, ["export", "--unit", "nowhere"]).exit_code == 1

    @settings(max_examples=25)
    @given(
        st.lists(st.integers(-(10**15), 10**15).filter(bool), min_size=1, max_size=6), st.text(max_size=40)
    )
    def test_any_balanced_entry_with_any_words_is_accepted(
        self, tmp_path_factory: pytest.TempPathFactory, amounts: list[int], words: str
    ) -> None:
        total = sum(amounts)
        lines = [BookLeg("Assets:Bank", "HOPE", "CNY", amount) for amount in amounts]
        if total:
            lines.append(BookLeg("Income:Gifts", "HOPE", "CNY", -total))
        entry = BookEntry(1, date(2020, 1, 1), "p_52", words, None, None, tuple(lines))
        target = tmp_path_factory.mktemp("any") / "any.beancount"
        target.write_text("\n".join(lines_of([entry], title=words)) + "\n", encoding="utf-8")
        assert checked(target).returncode == 0, checked(target).stderr

    def test_the_checker_is_there(self) -> None:
        assert shutil.which(str(CHECK))


@pytest.mark.parametrize(
    ("minor", "asset", "text"),
    [(0, "CNY", "0.00"), (-5, "CNY", "-0.05"), (123_456, "CNY", "1234.56"), (-1200, "POINT", "-1200")],
)
def test_amounts_are_written_without_floating_point(minor: int, asset: str, text: str) -> None:
    assert written(minor, asset) == text


def lines(response: Any) -> list[str]:
    assert response.status_code == 200
    return b"".join(response).decode("utf-8-sig").splitlines()


def door(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestPages:
    def test_the_balance_adds_up_and_opens(self, told: Cast) -> None:
        client = door(told.officer)
        page = client.get("/money/?until=2020-07-31").content.decode()
        assert "借贷相等" in page
        assert "321,000.00 元" in page
        bank = BookAccount.objects.get(code="Assets:Bank")
        register = client.get(f"/money/accounts/{bank.pk}/").content.decode()
        assert "3,670,000.05" in register
        entry = Entry.objects.get(source_id="back", reverses=None)
        shown = client.get(f"/money/entries/{entry.pk}/").content.decode()
        assert "这笔分录已被冲正" in shown
        assert "这笔分录冲正了" in client.get(f"/money/entries/{entry.reversals.get().pk}/").content.decode()

    def test_an_earlier_day_shows_what_stood_then(self, told: Cast) -> None:
        page = door(told.officer).get("/money/?until=2020-05-31").content.decode()
        assert "321,000.00" not in page
        assert "Assets:Bank" in page

    def test_funds_show_what_they_hold(self, told: Cast) -> None:
        page = door(told.auditor).get("/money/funds/").content.decode()
        assert "321,000.00" in page
        assert "助学基金" in page

    def test_works_in_english(self, told: Cast) -> None:
        client = door(told.officer)
        client.cookies["bangfu_language"] = "en"
        assert "In balance" in client.get("/money/").content.decode()
        assert "Holds (CNY)" in client.get("/money/funds/").content.decode()

    def test_the_balance_is_a_file_too(self, told: Cast) -> None:
        rows = lines(door(told.officer).get("/money/balance.csv?until=2020-07-31"))
        assert rows[0] == "科目,名称,类别,基金,余额,计量"
        assert "Assets:Bank,Assets:Bank 科目,资产,HOPE,321000.00,元" in rows
        assert "来源,http://testserver/money/?until=2020-07-31" in rows
        assert any(row.startswith("筛选,") and "截至 2020-07-31" in row for row in rows)
        assert door(told.officer).get("/money/balance.xlsx").status_code == 200

    def test_a_title_that_begins_like_a_formula_is_none(self, told: Cast) -> None:
        with system_writes("a test"):
            BookAccount.objects.filter(code="Assets:Bank").update(title_zh="=HYPERLINK(1)")
        rows = lines(door(told.officer).get("/money/balance.csv?until=2020-07-31"))
        assert "Assets:Bank,'=HYPERLINK(1),资产,HOPE,321000.00,元" in rows

    def test_the_register_and_the_funds_are_files_too(self, told: Cast) -> None:
        bank = BookAccount.objects.get(code="Assets:Bank")
        rows = lines(door(told.officer).get(f"/money/accounts/{bank.pk}/register.csv"))
        assert rows[0] == "日期,分录,来源,基金,借,贷,余额,计量"
        assert any(row.endswith(",3670000.05,元") for row in rows)
        assert door(told.officer).get(f"/money/accounts/{bank.pk}/register.xlsx").status_code == 200
        held = lines(door(told.auditor).get("/money/funds.csv"))
        assert held[0] == "代码,基金,单位,用途,限定,现有（元）,积分,关闭"
        assert any(row.startswith("HOPE,") and ",321000.00," in row for row in held)
        assert door(told.clerk).get(f"/money/accounts/{bank.pk}/register.csv").status_code == 403

    @pytest.mark.parametrize(
        "address", ["/money/", "/money/funds/", "/money/balance.csv", "/money/funds.xlsx"]
    )
    def test_strangers_and_clerks_do_not_see_them(self, told: Cast, address: str) -> None:
        assert door(told.outsider).get(address).status_code == 403
        assert door(told.clerk).get(address).status_code == 403
        assert Client().get(address).status_code == 302

    def test_nobody_sees_another_units_books(self, told: Cast) -> None:
        leg = Leg.objects.first()
        assert door(told.clerk).get(f"/money/accounts/{leg.account_id}/").status_code == 403
        assert door(told.clerk).get(f"/money/entries/{leg.entry_id}/").status_code == 403

    def test_without_books_it_says_what_to_do(self, cast: Cast) -> None:
        assert "还没有账" in door(cast.auditor).get("/money/").content.decode()
