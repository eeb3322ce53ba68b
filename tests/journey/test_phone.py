"""Reporting on a phone in a real browser: without signal, closed and opened again, and one record when it returns."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Dialog, Page, expect, sync_playwright

from bangfu.foundation.evidence.models import Attachment, Photograph
from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.queries import state_of
from tests.cast import CEHENG, PASSWORD
from tests.journey.browsing import chromium
from tests.journey.test_one_figure import address  # noqa: F401 - fixture
from tests.journey.test_picking import counties

pytestmark = pytest.mark.browser
PATIENCE_MS = 120_000
PHONE = {"width": 390, "height": 844}
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

CONTROLLED = (
    "new Promise((done) => { const workers = navigator.serviceWorker;"
    " if (workers.controller) done(); else workers.addEventListener('controllerchange', () => done()); })"
)


class Phone:
    """A browser whose storage outlives it, as a phone's does."""

    def __init__(self, playwright: Any, folder: str) -> None:
        self._playwright, self._folder = playwright, folder
        self.context: BrowserContext | None = None

    def open(self) -> Page:
        """Open the browser, as it was left."""
        self.context = self._playwright.chromium.launch_persistent_context(
            self._folder, executable_path=chromium(), args=SWITCHES, locale="zh-CN", viewport=PHONE,
            permissions=["geolocation"], geolocation={"longitude": 105.81, "latitude": 24.98, "accuracy": 12},
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def close(self) -> None:
        """Close the browser; what it keeps stays."""
        if self.context is not None:
            self.context.close()
        self.context = None

    def has_signal(self, has: bool) -> None:
        """Cut or give back the network of the pages and of the worker."""
        assert self.context is not None
        self.context.set_offline(not has)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    """The phone; ``address`` starts the product after it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    monkeypatch.setenv("PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS", "1")  # the worker is offline as well
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = Phone(playwright, folder)
        yield made
        made.close()
    expect.set_options(timeout=5_000)


def photographed() -> bytes:
    """Return a large photograph that lies on its side, with time and position as a camera writes them."""
    picture = Image.effect_noise((4000, 3000), 60).convert("RGB")
    exif = picture.getexif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2019:09:30 10:15:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 58.0, 48.0), 3: "E", 4: (105.0, 48.0, 36.0)})
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=92, exif=exif)
    return content.getvalue()


def fill(page: Page, quantity: str, *photographs: bytes) -> None:
    page.get_by_label("报送什么").select_option("tariffs.relief")
    page.get_by_label("数量").fill(quantity)
    for number, content in enumerate(photographs):
        page.locator("#p-camera").set_input_files(
            {"name": f"现场{number}.jpg", "mimeType": "image/jpeg", "buffer": content}
        )
        expect(page.locator("#p-pictures img")).to_have_count(number + 1)
    page.get_by_role("button", name="用现在的位置").click()
    expect(page.locator("#p-position")).to_contain_text("24.980000，105.810000（WGS-84，误差约 12 米）")


def test_a_draft_survives_without_signal_and_becomes_one_record(address: str, browser: Phone) -> None:  # noqa: F811
    phone = browser
    page = phone.open()
    page.goto(f"{address}/intake/phone/")
    page.get_by_label("登录名").fill("weilan")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{address}/intake/phone/")
    expect(page.get_by_label("报送什么")).to_be_visible()
    page.evaluate(CONTROLLED)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], (
        "nothing runs over the edge"
    )

    phone.has_signal(False)
    fill(page, "3.2万", photographed())
    expect(page.locator("#p-position")).to_contain_text("有信号时再查")
    page.get_by_role("button", name="保存并发送").click()
    expect(page.locator("#phone-count")).to_have_text("本机有 1 条草稿")
    expect(page.locator("#phone-said")).to_contain_text("没有信号")
    page.reload()
    expect(page.locator("#phone-count")).to_have_text("本机有 1 条草稿")
    expect(page.locator("#phone-drafts")).to_contain_text("3.2万 元")
    assert not ReportedRecord.objects.exists()

    phone.close()
    page = phone.open()
    phone.has_signal(False)
    page.goto(f"{address}/intake/phone/")
    expect(page.locator("#phone-count")).to_have_text("本机有 1 条草稿")

    assert phone.context is not None
    other = phone.context.new_page()
    other.goto(f"{address}/intake/phone/")
    phone.has_signal(True)
    expect(page.locator("#phone-sent a")).to_have_count(1)
    expect(other.locator("#phone-sent a")).to_have_count(1)
    record = ReportedRecord.objects.get()
    assert (int(record.quantity), record.place_id, state_of(record.pk)) == (32000, CEHENG, "SUBMITTED")
    (attachment,) = Attachment.objects.filter(record_id=record.pk)
    taken = Photograph.objects.get(file=attachment.file)
    assert (str(taken.latitude), str(taken.longitude)) == ("24.980000", "105.810000")
    assert f"{taken.taken_at:%Y-%m-%d}" == "2019-09-30"
    assert attachment.file.size < 3_000_000

    expect(page.locator("#phone-said")).to_be_hidden()

    other.close()
    page.get_by_label("报送什么").select_option("tariffs.relief")
    page.get_by_label("数量").fill("0")
    page.get_by_label("地点").fill("册亨县 522327")
    page.get_by_role("button", name="保存并发送").click()
    expect(page.locator("#phone-drafts .wrong")).to_contain_text("数量为零")
    said: list[str] = []

    def agree(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    page.goto(address)
    page.locator("details.pull:has(form[action='/sign-out']) > summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert len(said) == 1
    assert said[0].startswith("本机还有 1 条草稿没有送到。")
    rows = page.evaluate(
        "new Promise((done) => { const open = indexedDB.open('bangfu-drafts'); open.onsuccess = () => {"
        " const all = open.result.transaction(['here', 'drafts']);"
        " const here = all.objectStore('here').count(); const drafts = all.objectStore('drafts').count();"
        " all.oncomplete = () => done([here.result, drafts.result]); }; })"
    )
    assert rows == [0, 1], "the key is gone and the draft is locked"


def test_one_of_many_units_is_found_by_a_part_of_its_name(address: str, browser: Phone) -> None:  # noqa: F811
    counties(101)
    page = browser.open()
    page.goto(f"{address}/intake/phone/")
    page.get_by_label("登录名").fill("weilan")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    units = page.locator("#p-unit option")
    expect(units).to_have_count(102)
    page.get_by_role("searchbox", name="查找单位").fill("第37县")
    expect(units).to_have_text(["贵州第37县公司"])
    page.get_by_role("searchbox", name="查找单位").fill("没有的")
    expect(units).to_have_text(["贵州第37县公司"])
    page.get_by_role("searchbox", name="查找单位").fill("")
    expect(units).to_have_count(102)
    expect(page.locator("#p-unit")).to_have_value(re.compile(r"\d+"))
