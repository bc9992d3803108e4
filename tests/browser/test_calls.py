"""Two browsers call each other, with cameras that Chromium makes up: directly, through a relay, with a change of network."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from miaohui.kit.http import SESSION_COOKIE
from miaohui.people.accounts.actions.enter_account import Entrant, enter_account
from miaohui.services import Services
from miaohui.settings import Settings
from tests.browser.conftest import CHROMIUM, DESK, PHONE, wait_until
from tests.cast import Cast
from tests.running import RunningServer
from tests.talk.calls.friends import befriend
from tests.talk.calls.relay import Relay

FAKES = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # The only network of a build machine may be its own.
    "--allow-loopback-in-peer-connection",
)
FLOWS = """async () => {
  const stats = await document.querySelector('[data-call-page]').peer.connection.getStats();
  const inbound = [...stats.values()].filter(({type}) => type === 'inbound-rtp');
  return Object.fromEntries(inbound.map(({kind, framesDecoded, packetsReceived}) => [kind, kind === 'video' ? framesDecoded : packetsReceived]));
}"""


class Lane(msgspec.Struct, frozen=True):
    """A server whose people may call each other, and a relay."""

    url: str
    people: dict[str, int]
    tokens: dict[str, str]
    relay: Relay


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    """Mei, Bo and Lan, all friends; Bo is signed in on two devices."""
    data: Path = tmp_path_factory.mktemp("lane") / "var"
    with Services(Settings(data_dir=data)) as services:
        services.migrate()
        cast = Cast(services.db)
        people = {name: getattr(cast, name) for name in ("mei", "bo", "lan")}
        befriend(services.db, cast.mei, cast.bo)
        befriend(services.db, cast.lan, cast.bo)
        devices = {"mei": cast.mei, "bo": cast.bo, "bo's phone": cast.bo, "lan": cast.lan}
        tokens = {
            name: services.db.write_sync(enter_account, account_id=one, entrant=Entrant(user_agent=name)).token
            for name, one in devices.items()
        }
    with Relay(loopback=True) as relay, RunningServer(data, workers=0, **relay.settings()) as server:
        yield Lane(server.url, people, tokens, relay)


@pytest.fixture(scope="module")
def cameras(chromium: Browser) -> Iterator[Browser]:
    """A Chromium that has a made-up camera and microphone, and opens them without asking."""
    browser = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=[*CHROMIUM, *FAKES])
    yield browser
    browser.close()


Arrive = Callable[..., Page]


@pytest.fixture
def arrive(lane: Lane, cameras: Browser) -> Iterator[Arrive]:
    """Returns a function that opens a page on one of the devices; whatever a page throws fails the test."""
    contexts, faults = [], []

    def open_page(who: str, path: str = "/friends", *, on: dict[str, Any] = DESK, relay_only: bool = False) -> Page:
        context = cameras.new_context(**on)
        contexts.append(context)
        cookies = {"mh_locale": "en", SESSION_COOKIE: lane.tokens[who]}
        context.add_cookies([{"name": name, "value": value, "url": lane.url} for name, value in cookies.items()])
        if relay_only:
            context.add_init_script("localStorage.setItem('mh.calls.relay_only', '1')")
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{who} on {path}: {fault}"))
        page.on("dialog", lambda dialog: dialog.accept())
        with page.expect_response("**/api/v1/calls/current"):
            page.goto(lane.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def place(page: Page, name: str, *, kind: str = "Video call with") -> None:
    page.get_by_role("button", name=f"{kind} {name}").click()
    page.wait_for_url("**/calls/*")


def answer(page: Page) -> None:
    page.get_by_role("alertdialog").get_by_role("button", name="Answer").click()
    page.wait_for_url("**/calls/*")


def wait_for_talk(page: Page) -> None:
    """Wait until sound and picture of the other one arrive and are shown."""
    page.wait_for_selector("[data-call-page][data-link=connected]")
    page.wait_for_function("() => document.querySelector('[data-remote]').videoWidth > 0")
    wait_for_more(page, {"audio": 0, "video": 0})


def wait_for_more(page: Page, than: dict[str, int]) -> dict[str, int]:
    """Wait until more sound and picture has come than that."""
    wait_until(
        page,
        f"async than => {{ const now = await ({FLOWS})(); return now.audio > than.audio + 5 && now.video > than.video + 3 }}",
        than,
    )
    return dict(page.evaluate(FLOWS))


def hang_up(page: Page) -> None:
    page.get_by_role("button", name="Hang up").click()


@pytest.mark.parametrize("route", ["direct", "relay"])
def test_two_see_and_hear_each_other(arrive: Arrive, route: str):
    mei, bo = arrive("mei", relay_only=route == "relay"), arrive("bo", on=PHONE)
    place(mei, "Bo")
    expect(mei.get_by_role("status").first).to_have_text("Ringing…")
    answer(bo)

    for page in (mei, bo):
        wait_for_talk(page)
        page.wait_for_selector(f"[data-call-page][data-route={route}]")
    hang_up(bo)

    for page in (mei, bo):
        expect(page.locator("[data-status]")).to_contain_text("Call ended")
        expect(page.get_by_role("button", name="Call again")).to_be_visible()
        # The lights of camera and microphone are off.
        page.wait_for_function("() => !(document.querySelector('[data-own]').srcObject?.active ?? false)")


def test_all_devices_ring_and_the_first_that_answers_wins(arrive: Arrive):
    phone, laptop, mei = arrive("bo's phone", on=PHONE), arrive("bo"), arrive("mei")
    place(mei, "Bo", kind="Call")
    for device in (phone, laptop):
        expect(device.get_by_role("alertdialog", name="阿梅")).to_contain_text("is calling")

    answer(phone)

    expect(laptop.get_by_role("alertdialog")).to_have_count(0)
    mei.wait_for_selector("[data-link=connected]")
    wait_until(mei, f"async () => (await ({FLOWS})()).audio > 5")
    expect(mei.locator("[data-remote]")).to_be_hidden()
    hang_up(mei)
    expect(phone.locator("[data-status]")).to_contain_text("Call ended")


def test_a_ring_is_there_on_a_page_that_opens_later_and_goes_when_the_caller_gives_up(arrive: Arrive):
    mei = arrive("mei")
    place(mei, "Bo")
    bo = arrive("bo", "/settings", on=PHONE)
    expect(bo.get_by_role("alertdialog", name="阿梅")).to_be_visible()

    mei.get_by_role("button", name="Cancel").click()

    expect(bo.get_by_role("alertdialog")).to_have_count(0)
    expect(mei.locator("[data-status]")).to_have_text("You hung up before the answer")


def test_declined_with_the_keyboard_and_busy_for_a_third(arrive: Arrive):
    bo, mei = arrive("bo"), arrive("mei")
    place(mei, "Bo")
    expect(bo.get_by_role("alertdialog").get_by_role("button", name="Answer")).to_be_focused()
    lan = arrive("lan")
    place(lan, "Bo")
    expect(lan.locator("[data-status]")).to_have_text("Busy in another call")
    bo.keyboard.press("Shift+Tab")
    bo.keyboard.press("Enter")

    expect(bo.get_by_role("alertdialog")).to_have_count(0)
    expect(mei.locator("[data-status]")).to_have_text("Not now, they say")


def test_muting_the_camera_and_a_new_network(arrive: Arrive):
    bo, mei = arrive("bo"), arrive("mei")
    place(mei, "Bo")
    answer(bo)
    for page in (mei, bo):
        wait_for_talk(page)

    mei.get_by_role("button", name="Microphone").click()
    expect(bo.locator("[data-hint]")).to_contain_text("muted")
    expect(mei.get_by_role("button", name="Muted")).to_have_attribute("aria-pressed", "false")
    mei.get_by_role("button", name="Muted").click()
    expect(bo.locator("[data-hint]")).to_be_hidden()

    mei.get_by_role("button", name="Camera", exact=True).click()
    expect(bo.locator("[data-remote]")).to_be_hidden()
    mei.get_by_role("button", name="Camera off").click()
    expect(bo.locator("[data-remote]")).to_be_visible()

    # Both tell the network by the password that belongs to each round of looking for a way.
    round_of = (
        "document.querySelector('[data-call-page]').peer.connection.localDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
    )
    before = {page: page.evaluate(round_of) for page in (mei, bo)}
    mei.context.set_offline(True)
    mei.context.set_offline(False)
    for page in (mei, bo):
        page.wait_for_function(f"before => {round_of} !== before", arg=before[page])
        page.wait_for_selector("[data-link=connected]")
        wait_for_more(page, page.evaluate(FLOWS))
    hang_up(mei)


def test_whoever_closes_the_page_has_hung_up(arrive: Arrive):
    bo, mei = arrive("bo"), arrive("mei")
    place(mei, "Bo")
    answer(bo)
    mei.wait_for_selector("[data-link=connected]")

    mei.goto("about:blank")

    expect(bo.locator("[data-status]")).to_contain_text("Call ended")


def test_a_block_ends_the_call_at_once(arrive: Arrive, lane: Lane):
    lan, bo = arrive("lan"), arrive("bo")
    place(lan, "Bo")
    answer(bo)
    for page in (lan, bo):
        page.wait_for_selector("[data-link=connected]")

    other_tab = bo.context.new_page()
    other_tab.goto(lane.url + "/@lan_fair")
    other_tab.evaluate("id => fetch(`/api/v1/people/${id}/block`, {method: 'PUT'})", str(lane.people["lan"]))
    for page in (lan, bo):
        expect(page.locator("[data-status]")).to_contain_text("Call ended", timeout=1000)


def result(page: Page, step: str) -> str:
    return str(page.locator(f"[data-step={step}]").get_attribute("data-result"))


def run_test_page(page: Page) -> None:
    page.get_by_role("button", name="Begin the test").click()
    expect(page.locator("[data-verdict]")).not_to_be_empty(timeout=20_000)


STEPS = ("permission", "microphone", "camera", "stun", "turn", "loop")


def test_the_test_of_ones_calls_finds_nothing_wrong(arrive: Arrive):
    mei = arrive("mei", "/calls/test", on=PHONE)
    run_test_page(mei)

    assert {step: result(mei, step) for step in STEPS} == dict.fromkeys(STEPS, "ok")
    expect(mei.locator("[data-verdict]")).to_contain_text("All is well")


@pytest.mark.parametrize(
    ("fault", "broken", "words"),
    [
        ("key", "turn", "does not accept our key"),
        ("closed", "permission", "not open to this page"),
        ("silent", "microphone", "hears nothing"),
        ("deaf", "loop", "nothing comes through"),
    ],
)
def test_the_test_of_ones_calls_names_the_broken_step(arrive: Arrive, fault: str, broken: str, words: str):
    mei = arrive("mei", "/calls/test")
    match fault:
        case "key":

            def forge(route: Route) -> None:
                answer = route.fetch()
                servers = answer.json()
                servers["turn"][0]["credential"] = "forged"
                route.fulfill(response=answer, json=servers)

            mei.route("**/api/v1/calls/ice-servers", forge)
        case "closed":
            mei.evaluate(
                "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') } }"
            )
        case "silent":
            mei.evaluate(
                """() => { const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
                navigator.mediaDevices.getUserMedia = async wanted => { const stream = await open(wanted);
                for (const track of stream.getAudioTracks()) track.enabled = false; return stream } }"""
            )
        case "deaf":
            mei.evaluate("() => { RTCPeerConnection.prototype.addIceCandidate = async () => {} }")
    run_test_page(mei)

    assert result(mei, broken) == "broken"
    earlier = STEPS[: STEPS.index(broken)]
    assert {step: result(mei, step) for step in earlier} == dict.fromkeys(earlier, "ok")
    expect(mei.locator(f"[data-step={broken}]")).to_contain_text(words)
    expect(mei.locator("[data-verdict]")).to_contain_text("This step is broken")
