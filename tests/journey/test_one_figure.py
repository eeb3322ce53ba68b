"""One figure from a spreadsheet to an opened report, in a real browser against the served product."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, expect

from bangfu.foundation.ledger.queries import latest_block, unsealed_facts
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from tests.cast import PASSWORD, enter_cast
from tests.conftest import Server
from tests.journey.browsing import complaints, sign_in

pytestmark = pytest.mark.browser

HEADER = ["基站编码", "站址编码", "所在县（市、区）", "制式", "承建方", "验收日期", "单站测试记录"]
STATIONS = [
    ("T-0001", "S-0001", "册亨县", "4G", "2019-03-05"),
    ("T-0002", "S-0001", "522327", "5G", "2019年4月6日"),
    ("T-0003", "S-0003", "贵州省册亨县", "4G", "2019/12/31"),
    ("T-0004", "S-0004", "册亨", "4G", "2018-12-31"),
]


@pytest.fixture
def address(browser: Browser, own_database: str, server: Server) -> Iterator[str]:
    """The served product over the test's own database, with the cast in it."""
    enter_cast()
    with system_writes("passwords as the served product keeps them"):
        Account.objects.update(password=make_password(PASSWORD, hasher="argon2"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = own_database.rpartition("/")[2]
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "DATABASE_OWNER_URL": server.owner(name),
        "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
        "BANGFU_END_WITH_PARENT": "1",
    }
    command = [sys.executable, "-m", "bangfu.site.cli", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "bangfu" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def paperwork(folder: Path) -> tuple[Path, Path]:
    """Write the sheet as a branch would, and the zip with a test log for each station."""
    sheet, bundle = folder / "基站.xlsx", folder / "佐证.zip"
    book = xlsxwriter.Workbook(sheet)
    page = book.add_worksheet("数据")
    page.write_row(0, 0, HEADER)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for row, (code, site, county, technology, accepted) in enumerate(STATIONS, start=1):
            page.write_row(row, 0, [code, site, county, technology, "贵州分公司", accepted, f"{code}.txt"])
            archive.writestr(f"{code}.txt", f"单站验证 {code} RSRP -87 dBm\n")
    book.close()
    bundle.write_bytes(content.getvalue())
    return sheet, bundle


def wait_until_sealed() -> int:
    """Wait for the worker, and return the newest block."""
    for _ in range(100):
        if unsealed_facts() == 0:
            newest = latest_block()
            assert newest is not None
            return newest.number
        time.sleep(0.1)
    raise AssertionError("the worker did not seal within ten seconds")


def test_from_a_spreadsheet_to_an_opened_figure(address: str, browser: Browser, tmp_path: Path) -> None:
    sheet, bundle = paperwork(tmp_path)

    clerk = sign_in(browser, address, "weilan")
    clerk.goto(f"{address}/intake/network.stations/new")
    clerk.locator("#sheet").set_input_files(sheet)
    clerk.locator("#evidence").set_input_files(bundle)
    clerk.get_by_role("button", name="上传并预览").click()
    expect(clerk.locator("main").get_by_role("listitem").filter(has_text="新增")).to_contain_text("4")
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_role("link", name="打开单据").click()
    expect(clerk.get_by_text("须由另一位")).to_be_visible()

    verifier = sign_in(browser, address, "chenli")
    verifier.goto(f"{address}/review/")
    verifier.locator("main").get_by_role("link", name=re.compile("基站")).first.click()
    verifier.get_by_role("link", name="签字前须抽样查看").click()
    verifier.get_by_role("button", name="抽样").click()
    verifier.get_by_label("全选").check()
    verifier.get_by_role("button", name="看过").click()
    verifier.get_by_role("link", name="核验…").click()
    verifier.get_by_role("button", name="核验并签名").click()
    expect(verifier.locator(".state.verified").first).to_be_visible()
    earlier = wait_until_sealed()

    officer = sign_in(browser, address, "zhoumin")
    officer.goto(f"{address}/figures/?period=2019")
    figure = officer.locator("a.figure", has_text="个").first
    expect(figure).to_contain_text("3")
    figure.click()
    drawer = officer.locator("#drawer")
    expect(drawer.locator(".big")).to_contain_text("3")
    expect(officer).to_have_url(re.compile(r"/f/network\.base_stations/\?"))
    drawer.get_by_role("link", name="从哪来").click()
    drawer.get_by_role("link", name=re.compile("贵州")).first.click()
    expect(officer).to_have_url(re.compile("place=52"))
    expect(drawer.locator(".big")).to_contain_text("3")
    drawer.get_by_role("link", name="明细", exact=True).click()
    expect(drawer.locator("tbody tr")).to_have_count(3)
    drawer.locator("tbody tr a").first.click()
    expect(drawer).to_contain_text("T-000")
    drawer.get_by_role("link", name="凭证", exact=True).click()
    expect(drawer).to_contain_text("sha256")

    officer.goto(f"{address}/network/stations/?q=T-0001")
    officer.locator("main").get_by_role("link", name="T-0001").click()
    officer.get_by_role("link", name="撤回…").click()
    officer.locator("select").first.select_option("duplicate_report")
    officer.locator("textarea").first.fill("铁塔公司与分公司重复上报")
    officer.locator("main form button").first.click()
    wait_until_sealed()
    officer.goto(f"{address}/f/network.base_stations/?period=2019")
    expect(officer.locator(".big")).to_contain_text("2")
    officer.goto(f"{address}/f/network.base_stations/?period=2019&as_of={earlier}")
    expect(officer.locator(".big")).to_contain_text("3")
    officer.goto(f"{address}/f/network.base_stations/facts?period=2019&place=522327")
    expect(officer.locator("tr.back")).to_have_count(1)
    expect(officer.locator("tr.reversed")).to_have_count(1)
    assert complaints == []
