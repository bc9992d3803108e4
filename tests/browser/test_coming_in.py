"""Coming in for the first time and ever after: the pages, the codes, and Chromium's own authenticator."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.running import RunningServer

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A fair that has just opened: nobody has been there yet."""
    with RunningServer(Path(tmp_path_factory.mktemp("door")) / "var", workers=0) as running:
        yield running


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context
    context.close()


def by_name(server: RunningServer) -> str:
    """Passkeys belong to a name, not to a number."""
    return server.url.replace("127.0.0.1", "localhost")


def last_code(server: RunningServer, address: str) -> str:
    """Read the terminal of the server."""
    return str(re.findall(rf"(\d{{6}}).*{re.escape(address)}", server.log.read_text())[-1])


def come_in_by_code(page: Page, server: RunningServer, address: str) -> None:
    page.get_by_label("E-mail or phone number").first.fill(address)
    with page.expect_response("**/accounts/codes") as sent:
        page.get_by_role("button", name="Send me a code", exact=True).click()
    assert sent.value.status == 202
    page.get_by_label("Code", exact=True).fill(last_code(server, address))


def who_is_in(page: Page) -> str | None:
    answer = page.request.get(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}/api/v1/me")
    return str(answer.json()["nickname"]) if answer.ok else None


def test_ines_signs_up_keeps_a_passkey_and_comes_back_with_it(server: RunningServer, phone: BrowserContext) -> None:
    page = phone.new_page()
    devtools = phone.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    # This authenticator is always willing, so a waiting field would let her in before she presses anything.
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.goto(f"{by_name(server)}/sign-up?next=/settings")
    come_in_by_code(page, server, "ines@fair.example")
    page.get_by_label("What people call you").fill("Inês")
    page.get_by_label("Birth date").fill("1969-08-05")
    page.get_by_role("button", name="Go in").click()
    page.wait_for_url(f"{by_name(server)}/settings")
    assert who_is_in(page) == "Inês"

    with page.expect_response("**/passkeys/registration/verification") as kept:
        page.get_by_role("button", name="Add a passkey").click()
    assert kept.value.status == 201
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{by_name(server)}/")
    assert who_is_in(page) is None

    page.goto(f"{by_name(server)}/sign-in?next=/settings/devices")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{by_name(server)}/settings/devices")
    assert who_is_in(page) == "Inês"


def test_who_is_too_young_is_told_so_and_no_account_is_made(server: RunningServer, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{by_name(server)}/sign-up")
    come_in_by_code(page, server, "tiny@fair.example")
    page.get_by_label("What people call you").fill("Tiny")
    page.get_by_label("Birth date").fill("2020-01-01")
    page.get_by_role("button", name="Go in").click()

    expect(page.get_by_role("alert").filter(has_text="from the age of 14")).to_be_visible()
    assert who_is_in(page) is None


def test_a_number_offers_no_passkeys_since_browsers_would_make_none(
    server: RunningServer, phone: BrowserContext
) -> None:
    page = phone.new_page()

    page.goto(f"{server.url}/sign-in")
    expect(page.get_by_role("button", name="Send me a code", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    page.goto(f"{by_name(server)}/sign-in")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
