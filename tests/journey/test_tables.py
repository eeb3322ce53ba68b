"""The table builder in a real browser: the preview follows a choice, a cell opens, and the table is saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journey.browsing import complaints, sign_in
from tests.journey.test_map import post_stations

pytestmark = pytest.mark.browser


def test_a_table_is_built_opened_and_saved(address: str, browser: Browser) -> None:
    post_stations()
    complaints.clear()
    page = sign_in(browser, address, "zhoumin")
    page.goto(f"{address}/tables/new?indicator=network.base_stations&period=2019&filled=1")
    expect(page.locator("#table-preview tbody th")).to_have_text(["贵州省"])
    page.locator("#t-level").select_option("3")
    expect(page.locator("#table-preview tbody th")).to_contain_text(["册亨县"])
    expect(page).to_have_url(
        f"{address}/tables/new?indicator=network.base_stations&rows=place&columns=indicator&level=3&filled=1&period=2019"
    )
    page.locator("#table-preview a.figure").click()
    expect(page.locator("#drawer .opened .big")).to_have_text("7个")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer .opened")).to_have_count(0)

    page.get_by_text("保存这张表").click()
    page.get_by_label("名称", exact=True).fill("各县基站")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("h1")).to_have_text("各县基站")
    expect(page.locator("#table-preview tbody th")).to_contain_text(["册亨县"])
    assert complaints == []
