"""``bangfu init``: a house of one's own from sheets, all or nothing."""

from __future__ import annotations

import csv
import stat
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import BookAccount, Entry, Fund
from bangfu.foundation.money.queries import trial_balance
from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.organisation.models import Holding, Line, RoleGrant, Unit
from bangfu.foundation.people.models import Account, Person
from bangfu.foundation.places.queries import members_of
from bangfu.site.cli import main
from bangfu.site.initial.layouts import layouts
from bangfu.site.initial.making import make_house
from bangfu.site.initial.reading import UnableToInit
from tests.conftest import Server

TODAY = date(2021, 1, 1)
ON = date(2020, 1, 1)
CEHENG, QIANXINAN, GUIZHOU = 522327000000, 522300000000, 520000000000

UNITS = [
    ("code", "name_zh", "name_en", "kind", "parent", "place", "starts_on"),
    ("GZ-QXN", "黔西南公司", "Qianxinan", "地市公司", "GZ", "贵州省黔西南州", "2020-01-01"),
    ("HQ", "某通信集团", "A carrier", "集团", "", "", "2020-01-01"),
    ("GZ", "贵州省分公司", "Guizhou branch", "PROVINCE", "HQ", "520000", "2020-01-01"),
    ("GZ-CH", "册亨县公司", "Ceheng", "县公司", "GZ-QXN", "册亨县", "2020-02-01"),
]
PEOPLE = [
    ("username", "name", "unit", "title_zh", "title_en", "role", "line", "place", "starts_on"),
    ("weilan", "韦兰", "GZ-QXN", "专员", "Officer", "clerk", "network_build", "", "2020-01-01"),
    ("boss", "方圆", "HQ", "主任", "Head", "administrator", "", "", "2020-01-01"),
    ("weilan", "韦兰", "GZ", "", "", "county_official", "", "册亨县", "2020-03-01"),
    ("guard", "方卫", "HQ", "", "", "security_administrator", "", "", "2020-01-01"),
]
LISTS = [
    ("code", "kind", "title_zh", "title_en", "source", "place", "starts_on", "ends_on"),
    ("designated", "定点帮扶县", "定点县", "Designated", "文件一号", "册亨县", "2020-01-01", ""),
    ("designated", "定点帮扶县", "定点县", "Designated", "文件一号", "沽源县", "2020-01-01", "2020-12-31"),
]
LINES = [
    ("code", "name_zh", "name_en"),
    ("network_build", "网络建设", "Network build"),
    ("union", "工会", "Union"),
]
BALANCES = [
    ("unit", "account", "title_zh", "title_en", "asset", "fund", "fund_zh", "fund_en", "purpose", "restriction", "debit",
     "credit", "on"),
    ("HQ", "Assets:Bank", "银行存款", "Bank", "元", "HOPE", "助学基金", "Pupils' fund", "助学金", "", "321,000.05", "",
     "2020-06-01"),
    ("HQ", "Equity:Opening-CNY", "期初净资产", "Opening", "CNY", "HOPE", "", "", "", "", "", "321000.05", "2020-06-01"),
    ("HQ", "Assets:Bank", "银行存款", "Bank", "元", "", "", "", "", "", "500", "", "2020-06-01"),
    ("HQ", "Liabilities:Payable", "应付款", "Payable", "元", "", "", "", "", "", "", "500.00", "2020-06-01"),
    ("GZ", "Assets:Points", "积分", "Points", "积分", "", "", "", "", "", "120", "", "2020-07-01"),
    ("GZ", "Equity:Opening-POINT", "期初积分", "Opening", "POINT", "", "", "", "", "", "", "120", "2020-07-01"),
]  # fmt: skip
UNBALANCED = money.NewBooks(
    unit="HQ",
    on=ON,
    funds=(),
    accounts=(
        money.NewAccount("Assets:Bank", "CNY", "银行", "Bank"),
        money.NewAccount("Income:Gifts", "CNY", "收入", "Gifts"),
    ),
    balances=(money.Line("Assets:Bank", 5), money.Line("Income:Gifts", -4)),
)


def write(folder: Path, **sheets: list[tuple[str, ...]]) -> Path:
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def replaced(rows: list[tuple[str, ...]], number: int, **cells: str) -> list[tuple[str, ...]]:
    """Return a sheet in which one row, by its number in the sheet, says something else."""
    changed = dict(zip(rows[0], rows[number - 1], strict=True)) | cells
    return [*rows[: number - 1], tuple(changed.values()), *rows[number:]]


@pytest.fixture
def empty(own_database: str, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database with tables and places in which no house is founded, and to which commands connect."""
    name = str(connection.settings_dict["NAME"])
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner(name))
    monkeypatch.setenv("BANGFU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", *arguments])


class TestCommand:
    def test_makes_the_house_once_and_keeps_the_passwords_private(self, empty: None, tmp_path: Path) -> None:
        folder = write(tmp_path, units=UNITS, people=PEOPLE, lists=LISTS, lines=LINES, balances=BALANCES)
        result = run(str(folder), "--no-places")
        assert result.exit_code == 0, result.output
        assert (
            "单位 units 4 · 人员 people 3 · 专业线 lines 2 · 名单 lists 1 · 期初余额 balances 6"
            in result.output
        )
        units = {unit.code: unit for unit in Unit.objects.all()}
        assert units["GZ-CH"].path == "".join(
            f"{units[code].pk}." for code in ("HQ", "GZ", "GZ-QXN", "GZ-CH")
        )
        assert [units[code].place_id for code in ("HQ", "GZ", "GZ-QXN", "GZ-CH")] == [
            None, GUIZHOU, QIANXINAN, CEHENG,
        ]  # fmt: skip
        grants = RoleGrant.objects.order_by("account__username", "unit__code")
        assert list(
            grants.values_list("account__username", "role", "unit__code", "line__code", "place", "starts_on")
        ) == [
            ("boss", "administrator", "HQ", None, None, ON),
            ("guard", "security_administrator", "HQ", None, None, ON),
            ("weilan", "county_official", "GZ", None, CEHENG, date(2020, 3, 1)),
            ("weilan", "clerk", "GZ-QXN", "network_build", None, ON),
        ]
        held = Holding.objects.order_by("account__username").values_list(
            "account__username", "post__title_zh", "post__unit__code", "post__line__code"
        )
        assert list(held) == [("boss", "主任", "HQ", None), ("weilan", "专员", "GZ-QXN", "network_build")]
        assert list(Line.objects.order_by("id").values_list("id", "code")) == [
            (1, "network_build"),
            (2, "union"),
        ]
        assert len(members_of("designated", on=date(2020, 6, 1))) == 2
        assert members_of("designated", on=date(2020, 12, 31)) == {CEHENG}

        standing = {
            (one.account.code, one.fund and one.fund.code, one.amount_minor)
            for code in ("HQ", "GZ")
            for one in trial_balance(units[code], until=TODAY)
        }
        assert standing == {
            ("Assets:Bank", "HOPE", 321_000_05), ("Equity:Opening-CNY", "HOPE", -321_000_05),
            ("Assets:Bank", None, 500_00), ("Liabilities:Payable", None, -500_00),
            ("Assets:Points", None, 120), ("Equity:Opening-POINT", None, -120),
        }  # fmt: skip
        fund = Fund.objects.get()
        assert (fund.code, fund.unit.code, fund.is_restricted) == ("HOPE", "HQ", True)
        assert (fund.purpose, fund.starts_on) == ("助学金", date(2020, 6, 1))
        assert set(Entry.objects.values_list("entered_by__username", "source_id", "happened_on")) == {
            ("boss", "opening:HQ", date(2020, 6, 1)),
            ("boss", "opening:GZ", date(2020, 7, 1)),
        }

        file = tmp_path / "initial-passwords.csv"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with file.open(encoding="utf-8-sig") as lines:
            kept = {row[0]: row[2] for row in list(csv.reader(lines))[1:]}
        assert set(kept) == {"boss", "guard", "weilan"}
        for account in Account.objects.all():
            assert account.check_password(kept[account.username])
            assert kept[account.username] not in result.output
        assert Account.objects.get(username="weilan").display_name == "韦兰"

        again = run(str(folder), "--no-places")
        assert again.exit_code == 1
        assert "这里已经建立了「某通信集团」（HQ）" in again.output
        assert Unit.objects.count() == 4

    def test_names_each_bad_row_with_its_sheet_and_leaves_nothing(self, empty: None, tmp_path: Path) -> None:
        people = replaced(replaced(PEOPLE, 2, unit="NOWHERE"), 4, place="册享县")
        result = run(
            str(write(tmp_path, units=replaced(UNITS, 5, starts_on="2020年2月"), people=people)),
            "--no-places",
        )
        assert result.exit_code == 1
        assert "单位 5: " in result.output
        assert "人员 2: 没有代码为「NOWHERE」的单位" in result.output
        assert "人员 4: " in result.output
        assert "表格里有 3 处不对，什么也没有写入" in result.output
        assert not Unit.objects.exists()
        assert not (tmp_path / "initial-passwords.csv").exists()

    def test_writes_templates_that_say_what_to_fill_in_and_never_overwrites(
        self, empty: None, tmp_path: Path
    ) -> None:
        folder = tmp_path / "sheets"
        assert run("--templates", str(folder)).exit_code == 0
        assert sorted(file.name for file in folder.iterdir()) == [
            "balances.xlsx", "lines.xlsx", "lists.xlsx", "people.xlsx", "units.xlsx",
        ]  # fmt: skip
        again = run("--templates", str(folder))
        assert again.exit_code == 1
        assert "没有覆盖" in again.output
        unfilled = run(str(folder), "--no-places")
        assert unfilled.exit_code == 1
        assert "表头下没有数据行" in unfilled.output


@pytest.mark.django_db
class TestMakeHouse:
    def troubles(self, folder: Path, **sheets: list[tuple[str, ...]]) -> list[tuple[str, int | None, str]]:
        given = {"units": UNITS, "people": PEOPLE} | sheets
        with pytest.raises(UnableToInit) as refused:
            make_house(write(folder, **given), today=TODAY, passwords=folder / "passwords.csv")
        assert not Unit.objects.exists()
        assert not Person.objects.exists()
        assert not (folder / "passwords.csv").exists()
        return [(one.sheet.en, one.row, one.sentence.zh) for one in refused.value.troubles]

    @pytest.mark.parametrize(
        ("number", "cells", "row", "said"),
        [
            (2, {"code": "GZ"}, 2, "GZ"), (2, {"parent": ""}, 2, "缺少上级"), (2, {"parent": "XX"}, 2, "没有代码为「XX」"),
            (2, {"parent": "GZ-CH"}, 2, "绕回"), (3, {"kind": "办公室"}, 3, "办公室"), (3, {"parent": "GZ"}, 3, "集团没有上级"),
            (4, {"kind": "集团"}, 4, "集团只能有一行"),
            (5, {"place": "册享县"}, 5, "没有找到“册享县”"), (5, {"starts_on": "2019-01-01"}, 5, "尚未设立"),
        ],
    )  # fmt: skip
    def test_units(self, tmp_path: Path, number: int, cells: dict[str, str], row: int, said: str) -> None:
        found = self.troubles(tmp_path, units=replaced(UNITS, number, **cells))
        assert any(sheet == "Units" and at == row and said in sentence for sheet, at, sentence in found), (
            found
        )

    def test_the_examples_own_code_is_reserved(self, tmp_path: Path) -> None:
        turned = [
            row[::-1] for row in replaced(UNITS, 3, code="EXAMPLE")
        ]  # as the first cell it marks an example row
        found = self.troubles(tmp_path, units=turned)
        assert ("Units", 3, "单位代码 EXAMPLE 留给示例，请换一个。") in found

    @pytest.mark.parametrize(
        ("number", "cells", "row", "said"),
        [
            (2, {"username": "the clerk"}, 2, "只能用字母"), (4, {"name": "韦岚"}, 4, "另一个姓名"),
            (2, {"line": "satellite"}, 2, "没有代码为「satellite」的专业线"), (2, {"title_en": ""}, 2, "同时写中文和英文"),
            (2, {"starts_on": "2019-12-31"}, 2, "单位自 2020-01-01 起"), (2, {"role": "king"}, 2, "king"),
            (3, {"role": "officer"}, None, "没有人是集团的系统管理员"),
            (3, {"unit": "GZ-QXN", "title_zh": "专员", "title_en": "Officer", "line": "network_build"}, 3, "第 2 行"),
            (4, {"unit": "GZ-QXN", "role": "clerk", "line": "network_build", "place": ""}, 4, "第 2 行是同一授权"),
        ],
    )  # fmt: skip
    def test_people(
        self, tmp_path: Path, number: int, cells: dict[str, str], row: int | None, said: str
    ) -> None:
        found = self.troubles(tmp_path, people=replaced(PEOPLE, number, **cells))
        assert any(sheet == "People" and at == row and said in sentence for sheet, at, sentence in found), (
            found
        )

    @pytest.mark.parametrize(
        ("number", "cells", "row", "said"),
        [
            (3, {"title_zh": "别的"}, 3, "与第 2 行不同"), (3, {"place": "册亨县"}, 2, "第 2 行与第 3 行是同一地方"),
            (3, {"ends_on": "2019-01-01"}, 3, "止日须晚于起日"), (2, {"place": "册享县"}, 2, "册享县"),
        ],
    )  # fmt: skip
    def test_lists(self, tmp_path: Path, number: int, cells: dict[str, str], row: int, said: str) -> None:
        found = self.troubles(tmp_path, lists=replaced(LISTS, number, **cells))
        assert any(sheet == "Lists" and at == row and said in sentence for sheet, at, sentence in found), (
            found
        )

    def test_a_list_of_the_products_own_stays(self, tmp_path: Path) -> None:
        found = self.troubles(tmp_path, lists=[LISTS[0], ("poor-832", *LISTS[1][1:])])
        assert [(sheet, row) for sheet, row, _ in found] == [("Lists", 2)]
        assert "随产品提供" in found[0][2]

    def test_lines(self, tmp_path: Path) -> None:
        found = self.troubles(tmp_path, lines=replaced(LINES, 3, code="Union"))
        assert [(sheet, row) for sheet, row, _ in found] == [("Professional lines", 3)]

    @pytest.mark.parametrize(
        ("number", "cells", "row", "said"),
        [
            (2, {"unit": "XX"}, 2, "没有代码为「XX」的单位"), (2, {"on": "2019-12-31"}, 2, "单位自 2020-01-01 起"),
            (2, {"account": "Bank:Main"}, 2, "首段是 Assets"), (2, {"account": "Assets:bank"}, 2, "大写字母或数字开头"),
            (4, {"title_zh": "库存现金"}, 4, "与第 2 行不同"), (2, {"asset": "美元"}, 2, "美元"),
            (2, {"debit": "321000.055"}, 2, "小数"), (2, {"debit": "-1"}, 2, "-1"), (2, {"debit": "0"}, 2, "0"),
            (2, {"debit": "五百"}, 2, "五百"), (2, {"debit": ""}, 2, "只填一个"), (2, {"credit": "5"}, 2, "只填一个"),
            (6, {"debit": "0.5"}, 6, "积分没有小数"), (4, {"fund": "OTHER"}, 4, "没有说明基金「OTHER」"),
            (4, {"fund": "助学"}, 4, "只能用字母、数字和短横"), (2, {"purpose": ""}, 2, "没有说明基金「HOPE」"),
            (3, {"fund_en": "Another"}, 3, "与第 2 行不同"), (6, {"fund": "HOPE"}, 6, "一个基金只属于一个单位"),
            (4, {"purpose": "助学金"}, 4, "却没有基金代码"), (4, {"fund": "HOPE"}, 4, "第 2 行是同一科目"),
            (4, {"on": "2020-06-02"}, 4, "一个单位只有一个启用日"), (2, {"on": "2021-01-02"}, 2, "2021-01-02"),
            (5, {"credit": "499.99"}, 4, "借方合计 500.00，贷方合计 499.99"),
        ],
    )  # fmt: skip
    def test_balances(self, tmp_path: Path, number: int, cells: dict[str, str], row: int, said: str) -> None:
        found = self.troubles(tmp_path, balances=replaced(BALANCES, number, **cells))
        assert any(
            sheet == "Opening balances" and at == row and said in sentence for sheet, at, sentence in found
        ), found
        assert not BookAccount.objects.exists()

    def test_a_restricted_fund_does_not_begin_below_zero(self, tmp_path: Path) -> None:
        turned = replaced(
            replaced(BALANCES, 2, debit="", credit="321000.05"), 3, debit="321000.05", credit=""
        )
        found = self.troubles(tmp_path, balances=turned)
        assert [(sheet, row) for sheet, row, _ in found] == [("Opening balances", 2)]
        assert "合计为 -321000.05" in found[0][2]
        free = replaced(turned, 2, restriction="非限定")
        make_house(
            write(tmp_path, units=UNITS, people=PEOPLE, balances=free), today=TODAY, passwords=tmp_path / "p"
        )
        assert not Fund.objects.get().is_restricted

    def test_balances_that_the_books_refuse_leave_no_house(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bangfu.site.initial.reading.books_of", lambda *_, **__: (UNBALANCED,))
        with pytest.raises(UnableToPostEntry, match="借贷不平"):
            make_house(
                write(tmp_path, units=UNITS, people=PEOPLE), today=TODAY, passwords=tmp_path / "passwords.csv"
            )
        assert not Unit.objects.exists()
        assert not (tmp_path / "passwords.csv").exists()

    def test_a_missing_sheet_and_one_given_twice(self, tmp_path: Path) -> None:
        write(tmp_path, units=UNITS)
        (tmp_path / "units.xlsx").write_bytes(b"PK")
        with pytest.raises(UnableToInit) as refused:
            make_house(tmp_path, today=TODAY, passwords=tmp_path / "passwords.csv")
        assert [(one.sheet.en, one.row) for one in refused.value.troubles] == [
            ("Units", None),
            ("People", None),
        ]

    def test_a_file_of_passwords_that_cannot_be_written_leaves_no_house(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a folder")
        with pytest.raises(OSError, match="file"):
            make_house(
                write(tmp_path, units=UNITS, people=PEOPLE),
                today=TODAY,
                passwords=tmp_path / "file" / "p.csv",
            )
        assert not Unit.objects.exists()

    def test_without_a_sheet_of_lines_the_house_takes_the_usual_sixteen(self, tmp_path: Path) -> None:
        make_house(write(tmp_path, units=UNITS, people=PEOPLE), today=TODAY, passwords=tmp_path / "p.csv")
        assert Line.objects.count() == 16


def test_every_sheet_has_a_template_with_a_note_for_whoever_fills_it_in() -> None:
    for layout in layouts().values():
        assert layout.about is not None
        assert all(column.title.zh and column.title.en for column in layout.columns)
