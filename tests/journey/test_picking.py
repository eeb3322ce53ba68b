"""Units found by typing in a real browser: by keyboard, alone and with all below, taken away again; and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.rounds.models import Schedule
from tests.cast import FOUNDED
from tests.journey.browsing import complaints, sign_in

pytestmark = pytest.mark.browser
PAGE = "/rounds/schedules/new"


def counties(count: int) -> list[Unit]:
    """Open county companies below Guizhou."""
    guizhou = Unit.objects.get(code="P52")
    with system_writes("a test's set-up"):
        return [
            enter_unit(
                code=f"X52{number:03}", name_zh=f"贵州第{number}县公司", name_en=f"Guizhou county {number}",
                kind=Unit.Kind.COUNTY, parent=guizhou, place=None, starts_on=FOUNDED,
            )
            for number in range(1, count + 1)
        ]  # fmt: skip


def test_units_are_found_chosen_and_taken_away(address: str, browser: Browser) -> None:
    counties(4)
    complaints.clear()
    page = sign_in(browser, address, "zhoumin")
    page.goto(f"{address}{PAGE}")
    picker = page.get_by_role("combobox", name="或逐个选单位")
    offers = page.locator(".picker[data-picker=many] [role=option]")
    chips = page.locator(".picked .chip")
    picker.fill("guizhou")
    expect(offers.first).to_have_text("贵州省分公司集团　P52")
    expect(offers.nth(1)).to_contain_text("贵州省分公司 及以下全部")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(chips).to_have_text(["贵州省分公司 及以下全部×"])
    picker.fill("P53")
    expect(offers.first).to_contain_text("云南省分公司")
    page.keyboard.press("Enter")
    picker.fill("第3县")
    offers.first.click()
    expect(chips).to_have_count(3)
    page.get_by_role("button", name="去掉 贵州第3县公司").click()
    expect(chips).to_have_count(2)
    picker.fill("没有这个")
    expect(page.get_by_text("没有符合的单位")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("没有符合的单位")).to_be_hidden()
    picker.fill("")

    page.get_by_label("名称").fill("减免月报")
    page.get_by_label("报什么").select_option("tariffs.relief")
    page.get_by_role("button", name="规定").click()
    expect(page.get_by_text("已规定。")).to_be_visible()
    chosen = Unit.objects.filter(pk__in=Schedule.objects.get().chosen).order_by("path")
    assert {one.code for one in chosen} == {"P52", "P53", "X52001", "X52002", "X52003", "X52004"}
    assert not complaints


def test_without_a_script_it_is_a_text_field(address: str, browser: Browser) -> None:
    signed_in = sign_in(browser, address, "zhoumin")
    context = browser.new_context(java_script_enabled=False, storage_state=signed_in.context.storage_state())
    page = context.new_page()
    page.goto(f"{address}{PAGE}")
    field = page.get_by_label("或逐个选单位")
    field.fill("P52，云南省分公司")
    page.get_by_label("名称").fill("减免月报")
    page.get_by_label("报什么").select_option("tariffs.relief")
    page.get_by_role("button", name="规定").click()
    expect(page.get_by_text("已规定。")).to_be_visible()
    chosen = Unit.objects.filter(pk__in=Schedule.objects.get().chosen)
    assert {one.code for one in chosen} == {"P52", "P53"}
    context.close()
