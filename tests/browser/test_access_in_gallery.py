"""The table without a pointer, at 200 % zoom, and as axe-core judges it, in every theme."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from . import places
from .gallery import THEMES, open_gallery, states
from .lab import choose

pytestmark = pytest.mark.timeout(120)

# Whatever can be clicked and is not reachable: cut off by the table, or by the page.
_CUT_OFF = """() => {
  const box = document.querySelector(".scl").getBoundingClientRect();
  const found = [...document.querySelectorAll(".scl button, .scl input")].filter((node) => {
    const { left, right, width } = node.getBoundingClientRect();
    const isHidden = width <= 1 || getComputedStyle(node).visibility === "hidden";
    return !isHidden && (left < box.left - 1 || right > box.right + 1);
  });
  const isWide = document.documentElement.scrollWidth > innerWidth;
  return [...found.map((node) => node.outerHTML), ...(isWide ? ["the page scrolls sideways"] : [])];
}"""


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count() > 0:
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_everything_in_the_table_is_done_by_keys(browser: Browser) -> None:
    page = open_gallery(browser, states(), width=800)
    keyboard = page.keyboard
    _tab_to(page, ".scl-search")
    keyboard.type("load")
    _tab_to(page, ".scl-grid")
    keyboard.press("Home")
    active = page.locator(".scl-row.scl-active")
    expect(active).to_contain_text("load")
    keyboard.press("/")
    expect(page.locator(".scl-search")).to_be_focused()
    keyboard.press("Control+a")
    keyboard.press("Delete")
    _tab_to(page, ".scl-grid")
    keyboard.press("Home")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(page.locator(".scl-pane-title")).to_have_text("▸\u00a0train")
    _tab_to(page, ".scl-shut")
    keyboard.press("Enter")
    expect(page.locator(".scl-pane")).to_be_hidden()
    expect(page.locator(".scl-grid")).to_be_focused()
    keyboard.press("c")
    page.wait_for_function("() => window.sent.some(([kind]) => kind === 'cancel')")
    keyboard.press("?")
    expect(page.locator(".scl-help")).to_be_visible()
    keyboard.press("Escape")
    expect(page.locator(".scl-grid")).to_be_focused()
    keyboard.press("Shift+Tab")
    keyboard.press("Tab")
    expect(page.locator(".scl-grid")).to_be_focused()
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_at_200_percent_nothing_is_cut_off_and_axe_finds_nothing(
    browser: Browser, theme: str
) -> None:
    # A window of 800 pixels at 200 % is one of 400 to the page.
    page = open_gallery(browser, states(), theme=theme, width=384, scale=2)
    choose(page.locator(".scl"), "timeline")
    page.locator(".scl-grid").focus()
    page.locator('.scl-row[data-status="failed"]').first.click()
    page.keyboard.press("Enter")
    page.locator(".scl-traceback pre").first.wait_for()
    assert page.evaluate(_CUT_OFF) == []
    page.evaluate(places.AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await window.axe.run('.scl')).violations")
    assert [f"{v['id']}: {json.dumps([n['html'] for n in v['nodes']])[:400]}" for v in found] == []
    page.close()
