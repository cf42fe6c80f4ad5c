"""The agent page where there is little room: a window 800 pixels wide, and one of 1280 enlarged to 150 %."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from desk_stage import SCREENSHOTS, ends_the_call, signs_in, signs_out, talks
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

ROOMS = {
    "800": {"viewport": {"width": 800, "height": 600}},
    "zoomed": {"viewport": {"width": 853, "height": 533}, "device_scale_factor": 1.5},
}
EM = 14
BOXES = """selector => [...document.querySelectorAll(selector)].map(element => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { name: element.className || element.tagName, left, right, top, bottom };
}).filter(({ left, right }) => right > left)"""
IN_THE_PANEL = ".card button, .dial button, .dial input"
IN_THE_HEADER = ".top-centre img, .state-words, .state > :last-child, .telephone-light, .connection, .top-end button"


@pytest.mark.parametrize(("room", "colours", "language"), [("800", "light", "zh-CN"), ("zoomed", "dark", "en-US")])
def test_everything_has_its_place_and_can_be_used(stage, language, colours, room):
    page = stage.desk(language, color_scheme=colours, **ROOMS[room])
    signs_in(page, language)
    for spoken in in_both_languages(page):
        photographs(page, spoken, f"{room}-{colours}-paused")
        everything_has_its_place(page)
        number_can_be_typed(page)
    talks(stage, page, language)
    numbers_can_be_typed_in_the_work_order(page)
    page.keyboard.press("F4")
    expect(page.locator(".held-for")).to_be_visible()
    page.locator(".act button[aria-pressed]").click()
    page.keyboard.press("F4")
    expect(page.locator(".held-for")).to_have_count(0)
    page.locator(".act button[aria-pressed]").click()
    page.locator(".act button[aria-pressed]").click()
    page.keyboard.type("12#")
    expect(page.locator(".keypad-sent")).to_contain_text("12#")
    page.keyboard.press("F4")
    expect(page.locator(".held-for")).to_be_visible()
    for spoken in in_both_languages(page):
        photographs(page, spoken, f"{room}-{colours}-held")
        everything_has_its_place(page)
    page.keyboard.press("F4")
    ends_the_call(page, language)
    signs_out(page, language)


def in_both_languages(page: Page) -> Iterator[str]:
    """Give the language that the page speaks by now: the other first, then the story's own again."""
    for _ in range(2):
        before = page.locator("html").get_attribute("lang")
        page.locator(".appearance button:first-child").click()
        expect(page.locator("html")).not_to_have_attribute("lang", before)
        yield page.locator("html").get_attribute("lang")


def everything_has_its_place(page: Page) -> None:
    """Nothing in the header covers anything else, stands in a second line, or is out of sight; the page is no wider."""
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("header.top").bounding_box()["height"] < 64
    boxes = page.evaluate(BOXES, IN_THE_HEADER)
    assert [box for box in boxes if box["left"] < 0 or box["right"] > width] == []
    assert [(one["name"], other["name"]) for one, other in combinations(boxes, 2) if cover(one, other)] == []
    card = page.locator(".card").bounding_box()
    panel = page.evaluate(BOXES, IN_THE_PANEL)
    assert [box for box in panel if box["right"] > card["x"] + card["width"] - 8] == []
    workspace = page.locator(".workspace").bounding_box()
    assert workspace["width"] > width * 0.5
    assert workspace["height"] > height * 0.6


def number_can_be_typed(page: Page) -> None:
    field = page.locator("input[name=number]")
    assert field.bounding_box()["width"] >= 12 * EM


def numbers_can_be_typed_in_the_work_order(page: Page) -> None:
    inside = page.frame_locator("iframe.business-frame")
    for name in ("phone", "waybill"):
        assert inside.locator(f"input[name={name}]").bounding_box()["width"] >= 9 * EM


def cover(one: dict, other: dict) -> bool:
    apart = one["right"] <= other["left"] or other["right"] <= one["left"]
    return not apart and one["top"] < other["bottom"] and other["top"] < one["bottom"]


def photographs(page: Page, language: str, name: str) -> None:
    path = SCREENSHOTS / language / "narrow" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
