"""``bangfu places area``: an office's own list from the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from bangfu.foundation.places.models import Area, Denominator
from bangfu.foundation.places.queries import members_of
from bangfu.site.cli import main
from tests.cast import enter_cast
from tests.conftest import Server

CEHENG, GUYUAN = 522327000000, 130724000000


@pytest.fixture
def house(own_database: str, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cast's house in a database to which commands connect."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner(str(connection.settings_dict["NAME"])))
    monkeypatch.setenv("BANGFU_VAR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    enter_cast()


def run(file: Path, *, account: str = "admin") -> Result:
    return CliRunner().invoke(
        main, ["places", "area", str(file), "--code", "own", "--title-zh", "自有名单", "--title-en", "Our list",
               "--source", "文件一号", "--as", account],
    )  # fmt: skip


def test_takes_a_list_in_and_says_what_is_wrong(house: None, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "县,自何日起,至何日止\n册亨县,2020-01-01,\n沽源,2020-01-01,2021-01-01\n册享县,2020-01-01,\n"
    )
    refused = run(file)
    assert refused.exit_code == 1
    assert "4: " in refused.output
    assert not Area.objects.filter(code="own").exists()

    file.write_text("县,自何日起,至何日止\n册亨县,2020-01-01,\n沽源,2020-01-01,2021-01-01\n")
    taken = run(file)
    assert taken.exit_code == 0, taken.output
    assert members_of("own", on=date(2020, 6, 1)) == {CEHENG, GUYUAN}
    assert members_of("own", on=date(2021, 1, 1)) == {CEHENG}

    for account, said in (("zhoumin", "places.import_area"), ("nobody", "没有账号")):
        denied = run(file, account=account)
        assert denied.exit_code == 1
        assert said in denied.output


def test_registers_denominators_and_says_what_is_wrong(house: None, tmp_path: Path) -> None:
    file = tmp_path / "population.csv"

    def register(*more: str) -> Result:
        return CliRunner().invoke(
            main, ["places", "denominators", str(file), "--source", "统计年鉴", "--as", "admin", *more]
        )

    file.write_text("地区,年度,数\n册亨县,2019,190000\n沽源县,二〇一九,170000\n")
    refused = register()
    assert refused.exit_code == 1
    assert "3: " in refused.output
    assert not Denominator.objects.exists()

    file.write_text("地区,年度,数\n册亨县,2019,190000\n贵州省,2019,38480000\n")
    taken = register()
    assert taken.exit_code == 0, taken.output
    assert "新增或更正 2" in taken.output
    assert "新增或更正 0" in register().output
    assert dict(Denominator.objects.values_list("place_id", "value")) == {
        CEHENG: 190000,
        520000000000: 38480000,
    }
    assert "population" in register("--register", "cows").output
