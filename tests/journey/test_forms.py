"""A superior's form in a real browser: uploaded, pointed by a few clicks, filled for two periods, opened, sent, and changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bangfu.foundation.ledger.sealing import seal_pending
from tests.journey.browsing import complaints, sign_in
from tests.journey.test_map import post_stations
from tests.reporting.forms import papers

pytestmark = pytest.mark.browser


def point(page: Page, cells: str, **chosen: str) -> None:
    """Choose cells by writing them, say what they are, and point them."""
    page.locator("#p-cells").fill(cells)
    page.get_by_role("button", name="选这些格").click()
    for name, value in chosen.items():
        field = page.locator(f"#p-{name}")
        field.fill(value) if name in ("indicator", "decimals") else field.select_option(value)
    page.get_by_role("button", name="指定数字").click()
    expect(page.locator(".notice").first).to_contain_text("已指定")


def fill(page: Page, address: str, key: str, period: str) -> None:
    page.goto(f"{address}/forms/{key}/fill?period={period}")
    page.get_by_role("button", name="留存并下载").click()
    expect(page.locator(".trust")).to_contain_text("一字不差")


def test_a_form_is_pointed_filled_and_followed(address: str, browser: Browser, tmp_path: Path) -> None:
    post_stations()
    complaints.clear()
    items = (papers.STATIONS, "新增宽带接入总端口（个）")
    form, changed = tmp_path / "表样.xlsx", tmp_path / "新表样.xlsx"
    form.write_bytes(papers.workbook(items=items))
    changed.write_bytes(papers.workbook(items=items, above=2, units=("云南", "贵州")))
    page = sign_in(browser, address, "zhoumin")
    page.goto(f"{address}/forms/new")
    page.get_by_label("名称", exact=True).fill("帮扶情况表")
    page.locator("input[type=file]").set_input_files(form)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page).to_have_url(re.compile(r"/forms/\d+/point$"))
    key = page.url.split("/")[-2]

    page.locator("td[data-at=B5] a").click()
    expect(page.locator("#p-indicator")).to_have_value("新建无线基站")
    page.get_by_role("button", name="指定数字").click()
    expect(page.locator("td[data-at=B5]")).to_have_class(re.compile("pointed"))
    point(page, "C5", period="last_year")
    point(page, "B7", indicator="新建无线基站")
    page.get_by_role("link", name="表二").click()
    page.locator("td[data-at=B2] a").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#p-cells")).to_have_value("B2:C3")
    page.keyboard.press("Shift+Enter")
    page.locator("#p-down").select_option("unit")
    page.locator("#p-across").select_option("indicator")
    page.get_by_role("button", name="指定数字").click()
    expect(page.locator("td[data-at=C3]")).to_contain_text("新增宽带接入总端口")

    seal_pending()
    fill(page, address, key, "2018")
    fill(page, address, key, "2019")
    page.locator(".form-grid a.figure", has_text="7").first.click()
    expect(page.locator("#drawer .opened .big")).to_have_text("7个")
    page.keyboard.press("Escape")
    with page.expect_download() as sent:
        page.get_by_role("link", name="下载填好的表").click()
    content = Path(sent.value.path()).read_bytes()
    assert papers.values_of(content, "表一")[4] == (papers.STATIONS, 7, 3, 4)
    assert papers.values_of(content, "表二")[1:3] == [("贵州", 7, "—"), ("云南", "—", "—")]

    page.goto(f"{address}/forms/{key}/")
    page.get_by_text("上传新版表样").click()
    page.get_by_label("改过的表样").set_input_files(changed)
    page.get_by_role("button", name="上传新版").click()
    expect(page.locator("h1")).to_contain_text("第 2 版比第 1 版变了什么")
    expect(page.locator(".meta")).to_contain_text("3 / 4 处指定已自动跟上")
    expect(page.get_by_role("region", name="变化")).to_contain_text("移动")
    page.locator(".tasks a").click()
    expect(page.locator("#p-cells")).to_have_value("B2:C3")
    assert complaints == []
