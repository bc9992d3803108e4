"""The lantern by keyboard, and a sticker out of a clip."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Fair

Visit = Callable[..., Page]


def test_what_is_refused_stays_to_be_read_by_night_and_in_silence(visit: Visit) -> None:
    page = visit("/shake", as_="lan", on=PHONE, theme="light")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.3, "longitude": 120.6})
    sound = page.get_by_role("button", name="Sound and trembling")
    sound.click()

    page.get_by_role("button", name="Hold to shake").press("Enter")

    expect(page.get_by_role("status").filter(has_text="A new account shakes with a venue's code")).to_be_visible()
    page.reload()
    expect(sound).to_have_attribute("aria-pressed", "false")


def test_a_moment_of_a_clip_becomes_a_sticker(visit: Visit, fair: Fair) -> None:
    page = visit("/stickers", as_="bo", on=PHONE)
    page.get_by_label("Photo or clip").set_input_files(fair.clip)
    page.get_by_role("button", name="Take this picture").click()
    page.get_by_role("dialog").get_by_label("What it says or shows").fill("Rain again")

    page.get_by_role("button", name="Make it a sticker").click()

    expect(page.locator("[data-own]").get_by_role("img", name="Rain again")).to_be_visible()
