"""``bangfu found``: an empty house of one's own, founded once, which the example never touches."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from bangfu.foundation.organisation.models import Line, RoleGrant, Unit
from bangfu.foundation.people.models import Account
from bangfu.site.cli import main
from bangfu.site.house import NewHouse, UnableToFound, found
from example.house import ROOT_CODE
from tests.conftest import Server

PASSWORD = "correct horse battery"
GIVEN = ("--code", "HQ", "--name-zh", "某通信集团", "--name-en", "A carrier", "--administrator", "boss",
         "--administrator-name", "方圆", "--security-administrator", "guard",
         "--security-administrator-name", "方维", "--no-places")  # fmt: skip
HOUSE_DAY = date(2020, 1, 1)
HOUSE = NewHouse("HQ", "某通信集团", "A carrier", "boss", "方圆", "guard", "方维")


@pytest.fixture
def empty(own_database: str, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database with tables and places in which no house is founded, and to which commands connect."""
    name = str(connection.settings_dict["NAME"])
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner(name))
    monkeypatch.setenv("BANGFU_VAR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("BANGFU_FOUND_PASSWORD", "BANGFU_FOUND_SECURITY_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["found", *arguments], input=typed)


class TestFound:
    def test_founds_a_house_that_the_example_leaves_alone(
        self, empty: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BANGFU_FOUND_PASSWORD", PASSWORD)
        monkeypatch.setenv("BANGFU_FOUND_SECURITY_PASSWORD", PASSWORD)
        result = run(*GIVEN)
        assert result.exit_code == 0, result.output
        assert "HQ 某通信集团 / A carrier" in result.stdout
        assert PASSWORD not in result.output
        root, boss = Unit.objects.get(), Account.objects.get(username="boss")
        assert (root.code, root.name_zh, root.name_en, root.parent) == ("HQ", "某通信集团", "A carrier", None)
        assert (boss.username, boss.display_name, boss.check_password(PASSWORD)) == ("boss", "方圆", True)
        assert [
            (grant.account.username, grant.role, grant.unit) for grant in RoleGrant.objects.order_by("id")
        ] == [("boss", "administrator", root), ("guard", "security_administrator", root)]
        assert Line.objects.count() == 16

        again = run(*GIVEN)
        assert again.exit_code == 1
        assert "这里已经建立了「某通信集团」（HQ）" in again.output

        loaded = CliRunner().invoke(main, ["example", "load", "--unless-used"])
        assert loaded.exit_code == 0
        assert "示例没有载入" in loaded.output
        assert CliRunner().invoke(main, ["example", "load"]).exit_code == 1
        assert (Unit.objects.count(), Account.objects.count()) == (1, 2)

    def test_asks_for_what_is_missing_and_twice_for_the_password(self, empty: None) -> None:
        typed = [
            "HQ",
            "某通信集团",
            "A carrier",
            "boss",
            "方圆",
            "guard",
            "方维",
            PASSWORD,
            "something else",
            *[PASSWORD] * 4,
        ]
        result = run("--no-places", typed="\n".join(typed) + "\n")
        assert result.exit_code == 0, result.output
        assert PASSWORD not in result.output
        assert all(account.check_password(PASSWORD) for account in Account.objects.all())

    def test_refuses_the_example(self, empty: None) -> None:
        from bangfu.foundation.organisation.founding import found_house

        house = {"name_zh": "示例", "name_en": "Example", "administrator": "admin", "administrator_name": "x",
                 "security_administrator": "guard", "security_administrator_name": "y",
                 "security_password": PASSWORD}  # fmt: skip
        found_house(code=ROOT_CODE, password=PASSWORD, on=HOUSE_DAY, **house)
        result = run(*GIVEN)
        assert result.exit_code == 1
        assert "这个数据库里是示例" in result.output
        assert Account.objects.count() == 2


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("house", "password", "code"),
        [(NewHouse("example", "某", "A", "boss", "方圆", "guard", "方维"), PASSWORD, "code_reserved"),
         (NewHouse("HQ", "", "A", "boss", "方圆", "guard", "方维"), PASSWORD, "empty"),
         (NewHouse("HQ", "某", "A", "the boss", "方圆", "guard", "方维"), PASSWORD, "username_form"),
         (NewHouse("HQ", "某", "A", "boss", "方圆", "Boss", "方维"), PASSWORD, "one_person"),
         (NewHouse("HQ", "某", "A", "boss", "方圆", "guard", ""), PASSWORD, "empty"),
         (HOUSE, "short", "weak_password"), (HOUSE, "1234567890123", "weak_password"),
         (HOUSE, "password123", "weak_password")],
    )  # fmt: skip
    def test_nothing_is_written(self, house: NewHouse, password: str, code: str) -> None:
        with pytest.raises(UnableToFound) as refused:
            found(house, password=password, security_password=PASSWORD)
        assert refused.value.code == code
        assert not Unit.objects.exists()
        assert not Account.objects.exists()

    def test_a_second_house(self) -> None:
        found(HOUSE, password=PASSWORD, security_password=PASSWORD)
        with pytest.raises(UnableToFound) as refused:
            found(HOUSE, password=PASSWORD, security_password=PASSWORD)
        assert refused.value.code == "founded_already"
        assert Unit.objects.count() == 1
