"""A notice leads to a comment: the clip opens with its thread on top, and the comment is marked."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Fair

Visit = Callable[..., Page]


def say(fair: Fair, who: str, body: str, **more: str) -> str:
    answer = httpx.post(
        f"{fair.url}/api/v1/videos/{fair.videos[1]}/comments",
        json={"body": body, **more},
        headers={"Authorization": f"Bearer {fair.tokens[who]}"},
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


@pytest.mark.parametrize("on", [PHONE, DESK], ids=["phone", "desk"])
def test_a_link_opens_the_thread_and_marks_the_reply(visit: Visit, fair: Fair, on: dict[str, object]) -> None:
    asked = say(fair, "lan", "Which leaves?")
    answered = say(fair, "bo", "The second flush", parent_id=asked)
    for n in range(3):
        say(fair, "mei", f"later {n}")

    page = visit(f"/v/{fair.videos[1]}?comment={answered}", as_="lan", on=on)

    marked = page.locator(".comment--linked")
    expect(marked).to_contain_text("The second flush")
    expect(marked).to_be_in_viewport()
    expect(marked).to_be_focused()
    expect(page.locator(f".comment[data-id='{asked}']")).to_have_count(1)
