"""Tending the ways into an account on the settings page, as a person without a manual does."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_coming_in import AUTHENTICATOR, by_name, come_in_by_code, last_code
from tests.running import RunningServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(Path(tmp_path_factory.mktemp("settings")) / "var", workers=0) as running:
        yield running


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone that makes passkeys as soon as it is asked."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    yield page
    context.close()
    assert faults == []


def sign_up(page: Page, server: RunningServer, address: str) -> None:
    page.goto(f"{by_name(server)}/sign-up?next=/settings")
    come_in_by_code(page, server, address)
    page.get_by_label("What people call you").fill("Inês")
    page.get_by_label("Birth date").fill("1969-08-05")
    page.get_by_role("button", name="Go in").click()
    page.wait_for_url(f"{by_name(server)}/settings")


def confirm(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()


def me(page: Page, server: RunningServer) -> dict[str, object]:
    answer: dict[str, object] = page.request.get(f"{by_name(server)}/api/v1/me").json()
    return answer


def test_a_passkey_is_named_and_the_last_way_in_stays(server: RunningServer, phone: Page) -> None:
    sign_up(phone, server, "keys@fair.example")
    passkeys = phone.get_by_role("region", name="Passkeys")
    addresses = phone.get_by_role("region", name="Where codes go")
    expect(passkeys.get_by_text("No passkey yet")).to_be_visible()

    addresses.get_by_role("button", name="Remove: keys@fair.example").click()
    confirm(phone)
    expect(phone.get_by_role("dialog").get_by_role("alert")).to_contain_text("last way into your account")
    phone.get_by_role("button", name="Keep it").click()
    expect(addresses.get_by_text("keys@fair.example", exact=True)).to_be_visible()

    passkeys.get_by_role("button", name="Add a passkey").click()
    passkeys.get_by_role("button", name="Rename").press("Enter")
    phone.get_by_label("Name", exact=True).last.fill("The red phone")
    phone.keyboard.press("Enter")
    expect(passkeys.get_by_text("The red phone", exact=True)).to_be_visible()
    expect(passkeys.get_by_role("heading")).to_be_focused()

    addresses.get_by_role("button", name="Remove: keys@fair.example").click()
    confirm(phone)
    expect(addresses.get_by_text("No address yet")).to_be_visible()
    passkeys.get_by_role("button", name="Remove: The red phone").click()
    confirm(phone)
    expect(phone.get_by_role("dialog").get_by_role("alert")).to_contain_text("last way into your account")
    assert (me(phone, server)["identifiers"], me(phone, server)["passkeys"]) == ([], 1)


def test_a_number_is_added_with_its_code_and_then_the_passkey_may_go(server: RunningServer, phone: Page) -> None:
    sign_up(phone, server, "number@fair.example")
    phone.get_by_role("button", name="Add a passkey").click()
    phone.get_by_role("button", name="Add an e-mail or a phone number").click()
    sheet = phone.get_by_role("dialog")
    sheet.get_by_role("textbox", name="E-mail or phone number").fill("nobody")
    sheet.get_by_role("button", name="Send me a code").click()
    expect(sheet.get_by_role("alert").filter(has_text="phone")).to_be_visible()
    sheet.get_by_role("textbox", name="E-mail or phone number").fill("+351 912 345 678")
    sheet.get_by_role("button", name="Send me a code").click()
    expect(sheet.get_by_label("Code", exact=True)).to_be_focused()
    sheet.get_by_label("Code", exact=True).fill(last_code(server, "+351912345678"))
    sheet.get_by_role("button", name="Go on").click()

    expect(phone.get_by_role("button", name="Remove: +351912345678")).to_be_visible()
    phone.get_by_role("region", name="Passkeys").get_by_role("button", name="Remove").click()
    confirm(phone)
    expect(phone.get_by_text("No passkey yet")).to_be_visible()
    account = me(phone, server)
    assert (len(account["identifiers"]), account["passkeys"]) == (2, 0)  # type: ignore[arg-type]


def test_a_password_and_a_picture_come_and_go(server: RunningServer, phone: Page) -> None:
    sign_up(phone, server, "picture@fair.example")
    phone.get_by_role("button", name="Set a password").click()
    phone.get_by_role("textbox", name="Password").fill("three lanterns over the canal")
    phone.get_by_role("button", name="Save").last.click()
    phone.get_by_role("button", name="Remove my password").click()
    assert me(phone, server)["has_password"] is True
    confirm(phone)
    expect(phone.get_by_role("button", name="Set a password")).to_be_visible()
    assert me(phone, server)["has_password"] is False

    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    remove = phone.get_by_role("button", name="Remove the picture")
    expect(remove).to_be_hidden()
    phone.locator("[data-picture]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    remove.click()
    expect(remove).to_be_hidden()
    expect(phone.get_by_role("button", name="Choose a picture")).to_be_focused()
    assert me(phone, server)["avatar"] is None
