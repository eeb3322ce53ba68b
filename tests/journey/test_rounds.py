"""A monthly return in a real browser: pasted, mended, handed in, accepted and locked; another branch signs nil."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from bangfu.foundation.intake.reported.operations import verify_reported_paper
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.foundation.rounds.models import Return, Round
from bangfu.foundation.rounds.operations import ScheduleDetails, make_schedule, open_round
from bangfu.foundation.rounds.periods import before, period_at
from tests.journey.browsing import complaints, sign_in

pytestmark = pytest.mark.browser
RELIEF = "tariffs.relief"


def account(username: str) -> Account:
    return Account.objects.get(username=username)


def ask_the_branches() -> Round:
    """Let the officer ask for last month's relief."""
    group, officer = Unit.objects.get(code="GROUP"), account("zhoumin")
    first = before("MONTH", period_at("MONTH", timezone.localdate())[0])
    details = ScheduleDetails("减免月报", (RELIEF,), "MONTH", 5, first, level="PROVINCE")
    made = make_schedule(details=details, unit=group, responsible=officer, act=Act.now(officer))
    return open_round(schedule=made, starts_on=first, act=Act.now(officer))


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def test_a_return_from_paste_to_lock(address: str, browser: Browser) -> None:
    asked = ask_the_branches()
    complaints.clear()
    clerk = sign_in(browser, address, "weilan")
    clerk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clerk.get_by_role("link", name=re.compile("报送减免月报")).click()
    expect(clerk.locator("h1")).to_have_text("贵州省分公司")
    clerk.get_by_role("link", name="填写").click()

    clerk.locator("#grid-file").set_input_files(
        {"name": "减免清单.txt", "mimeType": "text/plain", "buffer": "本月减免".encode()}
    )
    clerk.get_by_role("button", name="上传佐证").click()
    expect(clerk.locator("select[name='c-1-evidence']")).to_have_value("减免清单.txt")
    clerk.locator("[name='c-1-place']").focus()
    last = asked.last_on.isoformat()
    paste(clerk, f"册亨县\t{last}\t１,２００\n大理市\t{last}\t3.5\n册亨县\t{last}\t300\n")
    refused = clerk.locator("tr[data-row='2'] td.wrong .why")
    expect(refused).to_contain_text("不在本单位所在的省")
    expect(clerk.locator("[name='c-3-quantity']")).to_have_value("300")
    expect(clerk.locator("[name='c-3-reference']")).to_have_value(re.compile("^P52-.*-003$"))

    # Undone and pasted again, then mended by keys alone.
    clerk.locator("[data-undo]").click()
    expect(clerk.locator("#grid-rows tr")).to_have_count(1)
    expect(clerk.locator("[data-status]")).to_have_text("已保存")
    clerk.locator("[name='c-1-place']").focus()
    paste(clerk, f"册亨县\t{last}\t１,２００\n大理市\t{last}\t3.5\n")
    expect(clerk.locator("[data-status]")).to_have_text("已保存，1 处待改")
    clerk.locator("[name='c-1-place']").focus()
    clerk.keyboard.press("ArrowDown")
    expect(clerk.locator("[name='c-2-place']")).to_be_focused()
    clerk.keyboard.press("Control+A")
    clerk.keyboard.type("册亨县")
    clerk.keyboard.press("Tab")
    expect(clerk.locator("td.wrong")).to_have_count(0)
    expect(clerk.locator("[data-status]")).to_have_text("已保存")

    clerk.get_by_role("link", name="去报出").click()
    clerk.get_by_role("button", name="报出").click()
    expect(clerk.get_by_text("已报出，记录已提交核验。")).to_be_visible()

    other = sign_in(browser, address, "duanqing")
    owed = Return.objects.get(round=asked, unit__code="P53")
    other.goto(f"{address}/rounds/returns/{owed.pk}/")
    other.get_by_label(re.compile("我确认本单位")).check()
    other.get_by_role("button", name="签零报告").click()
    expect(other.get_by_text(re.compile("本期没有发生，不是没有数据"))).to_be_visible()

    paper, verifier = Batch.objects.get(), account("chenli")
    sample = draw_sample(batch=paper, act=Act.now(verifier))
    drawn = list(sample.records.values_list("record_id", flat=True))
    look_at(batch=paper, records=drawn, act=Act.now(verifier))
    verify_reported_paper(batch=paper, act=Act.now(verifier))

    officer = sign_in(browser, address, "zhoumin")
    officer.get_by_role("link", name=re.compile("接收减免月报")).click()
    officer.get_by_label("贵州省分公司").check()
    officer.get_by_role("button", name="接收").click()
    expect(officer.get_by_text("已接收 1 份报送。")).to_be_visible()
    officer.get_by_role("link", name="汇总").click()
    expect(officer.locator("tr.whole td.num").first).to_have_text(re.compile(r"1,203\.50"))
    officer.go_back()
    officer.get_by_role("button", name="锁定").click()
    expect(officer.get_by_text("已汇总锁定。")).to_be_visible()
    assert complaints == []
