"""Every page over axe-core, by day and by night, in both languages, on a phone and on a desk."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from miaohui.web.assets import WEB
from tests.browser.conftest import DESK, PHONE, Fair
from tests.browser.stage import on_stage

Visit = Callable[..., Page]
AXE = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
FOR_EVERYONE = [
    "/",
    "/following",
    "/sign-in",
    "/sign-up",
    "/settings",
    "/settings/interests",
    "/nothing-here",
    "/offline",
]
FOR_MEMBERS = ["/", "/following", "/me", "/upload", "/settings", "/settings/devices", "/@mei_fair", "/@bo_fair"]
TO_TALK = [
    "/shake",
    "/shake/venues",
    "/nearby",
    "/friends",
    "/friends/add?q=bo",
    "/messages",
    "/moments",
    "/notifications",
    "/notifications/settings",
    "/stickers",
    "/calls/test",
]
LIGHTS = [("zh-Hans", "light", PHONE), ("en", "dark", DESK)]


def violations(page: Page) -> list[str]:
    """Run axe-core and say what is wrong and where."""
    page.evaluate(f"() => {{ {AXE} }}")
    found: list[dict[str, Any]] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("locale", "theme", "on"), LIGHTS, ids=["day", "night"])
@pytest.mark.parametrize(
    ("as_", "paths"), [(None, FOR_EVERYONE), ("mei", FOR_MEMBERS), ("lan", TO_TALK)], ids=["guest", "member", "talk"]
)
def test_no_page_has_a_violation(
    visit: Visit, as_: str | None, paths: list[str], locale: str, theme: str, on: dict[str, Any]
) -> None:
    for path in paths:
        page = visit(path, as_=as_, on=on, locale=locale, theme=theme)
        if path == "/":
            on_stage(page)
        assert violations(page) == [], path
        page.close()


def test_sheets_and_one_clip_have_none(visit: Visit, fair: Fair) -> None:
    page = visit(f"/v/{fair.videos[0]}", as_="bo", on=PHONE)
    on_stage(page)
    assert violations(page) == []
    stage = page.locator("mh-clip[data-state=playing]")
    for button, name in ((".act--comment", "Comments"), (".act--share", "Share")):
        stage.locator(button).click()
        page.get_by_role("dialog").wait_for()
        page.wait_for_function("() => !document.querySelector('.comment--waiting')")
        assert violations(page) == [], name
        page.keyboard.press("Escape")
