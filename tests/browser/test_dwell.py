"""What the page says about how long somebody looked."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request

from tests.browser.stage import looked_at_for, on_stage, stage_after, wait_for_state

Visit = Callable[..., Page]
HIDE = """hidden => {
  Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => hidden ? 'hidden' : 'visible'});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


class Ear:
    """Hears every signal that the page sends, by request or beacon, each once."""

    def __init__(self, page: Page) -> None:
        self.heard: dict[str, dict[str, Any]] = {}
        page.on("request", self._hear)

    def _hear(self, request: Request) -> None:
        if request.url.endswith("/api/v1/signals"):
            for signal in request.post_data_json or []:
                self.heard[signal["client_id"]] = signal

    def of(self, video: str, kind: str) -> list[dict[str, Any]]:
        return [signal for signal in self.heard.values() if (signal["item_id"], signal["kind"]) == (video, kind)]


def test_dwell_is_what_was_watched_and_goes_before_the_next_page(visit: Visit) -> None:
    page = visit("/")
    ear = Ear(page)
    first = on_stage(page)
    looked_at_for(page, 1500)
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/signals")) as answered:
        page.keyboard.press("j")
        stage_after(page, first)
    assert answered.value.status == 202
    [dwell] = ear.of(first, "dwell")
    assert 1300 <= dwell["dwell_ms"] <= 6000
    assert dwell["duration_ms"] >= 4500


def test_a_hidden_page_is_silent_and_does_not_watch(visit: Visit) -> None:
    page = visit("/")
    ear = Ear(page)
    first = on_stage(page)
    looked_at_for(page, 1200)
    page.evaluate(HIDE, True)
    wait_for_state(page, "paused")
    hidden_at = page.evaluate("performance.now()")
    page.wait_for_function("at => performance.now() > at + 3000", arg=hidden_at)
    page.evaluate(HIDE, False)
    wait_for_state(page, "playing")
    with page.expect_request(lambda request: '"dwell"' in (request.post_data or ""), timeout=40_000):
        page.keyboard.press("j")
        stage_after(page, first)
    assert sum(signal["dwell_ms"] for signal in ear.of(first, "dwell")) < 3000


def test_what_was_watched_last_arrives_on_leaving_and_counts_once(visit: Visit) -> None:
    page = visit("/")
    on_stage(page)
    home = page.url
    looked_at_for(page, 2000)
    page.goto(home + "settings")
    kept = page.evaluate("JSON.parse(localStorage.getItem('mh.signals.guest'))")
    assert [signal["dwell_ms"] >= 1500 for signal in kept if signal["kind"] == "dwell"] == [True]
    # Nobody heard whether it arrived, so the next visit sends it again; the server has it already.
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/signals")) as answered:
        page.goto(home)
    assert answered.value.json()["duplicates"] >= 1


def test_what_could_not_be_sent_waits_for_the_connection(visit: Visit) -> None:
    page = visit("/")
    first = on_stage(page)
    page.context.set_offline(True)
    looked_at_for(page, 1200)
    page.keyboard.press("j")
    stage_after(page, first)
    kept = "JSON.parse(localStorage.getItem('mh.signals.guest')).map(signal => signal.kind)"
    page.wait_for_function(f"() => {kept}.includes('dwell')")
    ear = Ear(page)
    page.context.set_offline(False)
    page.wait_for_function("() => localStorage.getItem('mh.signals.guest') === null")
    assert ear.of(first, "dwell")


def test_seen_to_the_end_is_said_once_and_the_second_time_is_a_replay(visit: Visit) -> None:
    page = visit("/")
    ear = Ear(page)
    first = on_stage(page)
    for kind in ("finish", "replay"):
        with page.expect_request(lambda request, kind=kind: kind in (request.post_data or ""), timeout=40_000):
            page.wait_for_function("() => document.querySelector('mh-feed').active.video.currentTime > 3")
    assert len(ear.of(first, "finish")) == len(ear.of(first, "replay")) == 1
