"""Chromium as the journeys drive it."""

from __future__ import annotations

import os
import re
import shutil

from playwright.sync_api import Browser, Page, expect

from tests.cast import PASSWORD

complaints: list[str] = []
"""What Chromium's console said: errors of scripts, and anything the content security policy kept out."""


def sign_in(browser: Browser, address: str, username: str) -> Page:
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{address}/")
    return page


def chromium() -> str:
    found = os.environ.get("BANGFU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "The browser journey needs Chromium: apt-get install chromium"
    return found
