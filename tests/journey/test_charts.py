"""The chart builder in a real browser: made, changed, opened with the keyboard, saved and downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journey.browsing import complaints, sign_in
from tests.journey.test_map import post_stations

pytestmark = pytest.mark.browser


def test_a_chart_is_made_changed_opened_saved_and_downloaded(address: str, browser: Browser) -> None:
    post_stations()
    complaints.clear()
    page = sign_in(browser, address, "zhoumin")
    page.goto(f"{address}/charts/new?kind=ranking&indicator=network.base_stations&level=1&period=2019")
    marks = page.locator(".chart-plate.wide .mark.figure")
    expect(marks.first).to_have_attribute("aria-label", "贵州省，2019年：7 个")
    page.locator("#c-level").select_option("3")
    expect(marks.first).to_have_attribute("aria-label", "贵州省黔西南布依族苗族自治州册亨县，2019年：7 个")
    expect(page).to_have_url(
        f"{address}/charts/new?kind=ranking&indicator=network.base_stations&by=place&level=3&period=2019"
    )

    marks.first.focus()
    expect(page.locator(".chart-said")).to_contain_text("册亨县，2019年：7 个")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".chart-said")).to_contain_text("册亨县，2018年：3 个")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer .opened .big")).to_have_text("3个")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer .opened")).to_have_count(0)

    page.get_by_text("保存这张图").click()
    page.get_by_label("名称", exact=True).fill("各县基站排名")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("h1")).to_have_text("各县基站排名")
    for name, begins in (("图片 PNG", b"\x89PNG"), ("数据 Excel", b"PK")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        assert Path(waiting.value.path()).read_bytes().startswith(begins)
    assert complaints == []
    page.context.close()
