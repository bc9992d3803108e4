"""Passkeys: made on one device, good for one site, each answer once and in one browser."""

import copy
import json
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaohui.kit.db import Database
from miaohui.people.accounts.actions.challenge_passkey import challenge_assertion
from miaohui.people.accounts.actions.enter_account import Entrant
from miaohui.people.accounts.actions.use_passkey import sign_in_with_passkey
from miaohui.people.accounts.passkeys import (
    PasskeyRefused,
    RelyingParty,
    challenge_in,
    relying_party,
    verify_assertion,
    verify_registration,
)
from miaohui.people.accounts.queries import devices_of, passkeys_of
from miaohui.people.accounts.webauthn_json import Assertion, NewCredential
from miaohui.settings import Settings
from tests.at_once import at_once
from tests.people.accounts.authenticator import BACKED_UP, BACKUP_ELIGIBLE, PRESENT, VERIFIED, Authenticator, b64, unb64
from tests.people.accounts.door import MEI, OMAR, Browser, Door


def add_passkey(browser: Browser, phone: Authenticator, name: str = "") -> Any:
    options = browser.send("POST", "/passkeys/registration/options")
    assert options.status_code == 200, options.text
    body = {"credential": phone.make(options.json()), "name": name}
    return browser.send("POST", "/passkeys/registration/verification", body)


def ask(browser: Browser) -> Any:
    options = browser.send("POST", "/passkeys/authentication/options")
    assert options.status_code == 200, options.text
    return options.json()


def come_in(browser: Browser, credential: Any) -> Any:
    return browser.send("POST", "/passkeys/authentication/verification", {"credential": credential})


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator()


@pytest.fixture
def mei(door: Door, phone: Authenticator) -> Browser:
    """Mei, signed in, with a passkey on her phone."""
    browser = door.browser()
    browser.sign_up(handle="mei_shoots")
    assert add_passkey(browser, phone).status_code == 201
    return browser


def test_mei_makes_a_passkey_and_comes_in_with_it_without_saying_who_she_is(
    door: Door, mei: Browser, phone: Authenticator
):
    elsewhere = door.browser()

    answer = come_in(elsewhere, phone.answer(ask(elsewhere)))

    assert answer.status_code == 201
    assert answer.json()["account"]["handle"] == "mei_shoots"
    assert elsewhere.is_in
    [kept] = mei.send("GET", "/passkeys").json()["items"]
    assert kept["name"] == "Firefox · Linux"
    assert kept["last_used_at"] is not None


def test_the_options_are_those_of_a_passkey(door: Door, mei: Browser, phone: Authenticator):
    making = mei.send("POST", "/passkeys/registration/options").json()
    asking = ask(door.browser())

    assert making["rp"] == {"id": "fair.example", "name": "Miaohui 庙会"}
    assert making["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert making["user"]["name"] == "mei_shoots"
    assert MEI not in json.dumps(making)
    assert [entry["id"] for entry in making["excludeCredentials"]] == [b64(phone.keys[0].credential_id)]
    assert (asking["rpId"], asking["userVerification"], asking["allowCredentials"]) == ("fair.example", "required", [])
    assert len(unb64(asking["challenge"])) == 32


def test_an_answer_is_good_once(door: Door, mei: Browser, phone: Authenticator):
    phone.counts = False  # Or else the count would give the replay away by itself.
    elsewhere = door.browser()
    answer = phone.answer(ask(elsewhere))
    assert come_in(elsewhere, answer).status_code == 201
    elsewhere.send("DELETE", "/session")

    replayed = come_in(elsewhere, answer)

    assert (replayed.status_code, replayed.json()["code"]) == (403, "passkey_refused")
    assert not elsewhere.is_in


def test_an_answer_that_was_listened_to_is_worth_nothing_in_another_browser(
    door: Door, mei: Browser, phone: Authenticator
):
    victim, thief = door.browser(), door.browser()
    options = ask(victim)
    answer = phone.answer(options)
    ask(thief)

    assert come_in(thief, answer).json()["code"] == "passkey_refused"
    assert come_in(victim, answer).status_code == 201


def test_two_that_use_one_answer_at_the_same_moment_and_one_is_in(
    door: Door, db: Database, mei: Browser, phone: Authenticator
):
    phone.counts = False
    party = door.accounts.party
    options = db.write_sync(challenge_assertion, bound_to="viewer:1", party=party)
    answer = phone.answer({"rpId": options.rp_id, "challenge": options.challenge})
    assertion = msgspec.convert(answer, Assertion)

    def use() -> Any:
        return db.write_sync(
            sign_in_with_passkey,
            bound_to="viewer:1",
            party=party,
            assertion=assertion,
            entrant=Entrant(user_agent=""),
        )

    results = at_once([use, use, use])

    assert sorted(type(result).__name__ for result in results) == ["PasskeyRefused", "PasskeyRefused", "SignedIn"]
    assert len(db.read_sync(devices_of, int(mei.me()["id"]))) == 2


def test_a_challenge_lives_for_five_minutes(door: Door, mei: Browser, phone: Authenticator):
    elsewhere = door.browser()
    options = ask(elsewhere)
    door.wait(minutes=5, seconds=1)

    assert come_in(elsewhere, phone.answer(options)).json()["code"] == "passkey_refused"


def test_a_wrong_answer_uses_the_challenge_up(door: Door, mei: Browser, phone: Authenticator):
    elsewhere = door.browser()
    options = ask(elsewhere)
    forged = phone.answer(options)
    forged["response"]["signature"] = b64(b"\x30\x06\x02\x01\x01\x02\x01\x01")

    assert come_in(elsewhere, forged).json()["code"] == "passkey_refused"
    assert come_in(elsewhere, phone.answer(options)).json()["code"] == "passkey_refused"


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://fair.example.evil.test"},
        {"origin": "http://fair.example"},
        {"flags": VERIFIED},
        {"flags": PRESENT},
    ],
    ids=["other site", "no tls", "nobody there", "nobody verified"],
)
def test_what_the_authenticator_must_have_seen(door: Door, mei: Browser, phone: Authenticator, lie: dict[str, Any]):
    for name, value in lie.items():
        setattr(phone, name, value)
    elsewhere = door.browser()

    assert come_in(elsewhere, phone.answer(ask(elsewhere))).json()["code"] == "passkey_refused"
    assert not elsewhere.is_in


@pytest.mark.parametrize(
    "lie",
    [{"origin": "https://evil.test"}, {"flags": VERIFIED}, {"flags": PRESENT}],
    ids=["other site", "nobody there", "nobody verified"],
)
def test_the_same_when_a_passkey_is_made(door: Door, mei: Browser, lie: dict[str, Any]):
    refused = add_passkey(mei, Authenticator(**lie))

    assert (refused.status_code, refused.json()["code"]) == (403, "passkey_refused")
    assert mei.me()["passkeys"] == 1


def test_a_key_made_for_another_site_does_not_fit(door: Door, mei: Browser, phone: Authenticator):
    phone.keys[0].rp_id = "evil.test"
    elsewhere = door.browser()

    assert come_in(elsewhere, phone.answer(ask(elsewhere), phone.keys[0])).json()["code"] == "passkey_refused"


def test_a_copied_key_betrays_itself_by_its_count(door: Door, mei: Browser, phone: Authenticator):
    copied = copy.copy(phone.keys[0])
    first, second = door.browser(), door.browser()
    for _ in range(3):
        come_in(first, phone.answer(ask(first)))

    refused = come_in(second, phone.answer(ask(second), copied))

    assert refused.json()["code"] == "passkey_refused"


def test_an_authenticator_that_does_not_count_works_again_and_again(door: Door, mei: Browser):
    cloud = Authenticator(counts=False, flags=PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP)
    added = add_passkey(mei, cloud, name="Keychain").json()
    assert (added["name"], added["backed_up"], added["last_used_at"]) == ("Keychain", True, None)

    for _ in range(3):
        elsewhere = door.browser()
        assert come_in(elsewhere, cloud.answer(ask(elsewhere))).status_code == 201


def test_somebody_elses_handle_in_the_answer_is_refused(door: Door, mei: Browser, phone: Authenticator):
    omar = door.browser()
    omar.sign_up(OMAR)
    phone.keys[0].user_handle = int(omar.me()["id"]).to_bytes(8, "big")
    elsewhere = door.browser()

    assert come_in(elsewhere, phone.answer(ask(elsewhere))).json()["code"] == "passkey_refused"


def test_a_credential_never_gets_a_second_owner(door: Door, db: Database, mei: Browser, phone: Authenticator):
    omar = door.browser()
    omar.sign_up(OMAR)
    refused = add_passkey(omar, Authenticator(next_id=phone.keys[0].credential_id))

    assert refused.json()["code"] == "passkey_refused"
    assert db.read_sync(passkeys_of, int(omar.me()["id"])) == []
    elsewhere = door.browser()
    assert come_in(elsewhere, phone.answer(ask(elsewhere))).json()["account"]["handle"] == "mei_shoots"


def test_a_passkey_is_made_only_with_a_recent_proof(door: Door, mei: Browser, phone: Authenticator):
    door.wait(minutes=16)

    refused = mei.send("POST", "/passkeys/registration/options")
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")

    credential = phone.answer(ask(mei))
    proven = mei.send("PUT", "/session/proof", {"method": "passkey", "credential": credential})
    assert proven.status_code == 200
    assert add_passkey(mei, Authenticator()).status_code == 201


def test_another_persons_passkey_proves_nothing(door: Door, mei: Browser, phone: Authenticator):
    omar = door.browser()
    omar.sign_up(OMAR)
    door.wait(minutes=16)

    refused = omar.send("PUT", "/session/proof", {"method": "passkey", "credential": phone.answer(ask(omar))})

    assert refused.json()["code"] == "passkey_refused"
    assert omar.send("POST", "/me/deletion").json()["code"] == "proof_needed"


def test_the_challenge_of_a_sign_in_makes_no_passkey(door: Door, mei: Browser):
    making = mei.send("POST", "/passkeys/registration/options").json()
    other = Authenticator()
    credential = other.make(making | {"challenge": ask(mei)["challenge"]})

    assert mei.send("POST", "/passkeys/registration/verification", {"credential": credential}).status_code == 403


def test_a_passkey_is_renamed_and_removed_by_its_owner_only(door: Door, mei: Browser, phone: Authenticator):
    omar = door.browser()
    omar.sign_up(OMAR)
    [kept] = mei.send("GET", "/passkeys").json()["items"]
    path = f"/passkeys/{kept['id']}"

    assert omar.send("PATCH", path, {"name": "mine"}).status_code == 404
    assert omar.send("DELETE", path).status_code == 404
    assert mei.send("PATCH", path, {"name": " My phone "}).json()["name"] == "My phone"
    assert mei.send("PATCH", path, {"name": "  "}).status_code == 400
    assert mei.send("DELETE", path).status_code == 204
    elsewhere = door.browser()
    assert come_in(elsewhere, phone.answer(ask(elsewhere))).json()["code"] == "passkey_refused"


def test_without_an_address_the_last_passkey_stays(door: Door, mei: Browser, phone: Authenticator):
    [address] = mei.me()["identifiers"]
    assert mei.send("DELETE", f"/me/identifiers/{address['id']}").status_code == 204
    [kept] = mei.send("GET", "/passkeys").json()["items"]

    refused = mei.send("DELETE", f"/passkeys/{kept['id']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
    elsewhere = door.browser()
    assert come_in(elsewhere, phone.answer(ask(elsewhere))).status_code == 201


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://fair.example", RelyingParty("fair.example", ("https://fair.example",))),
        ("https://fair.example:8443/", RelyingParty("fair.example", ("https://fair.example:8443",))),
        ("http://127.0.0.1:8000", RelyingParty("localhost", ("http://localhost:8000",))),
        ("http://localhost:8000", RelyingParty("localhost", ("http://localhost:8000",))),
        ("http://fair.example", None),
        ("https://192.168.1.20:8000", None),
        ("http://[::1]:8000", RelyingParty("localhost", ("http://localhost:8000",))),
    ],
)
def test_where_browsers_allow_passkeys(address: str, party: RelyingParty | None):
    assert relying_party(Settings(public_url=address)) == party


PARTY = RelyingParty("fair.example", ("https://fair.example",))
CHALLENGE = bytes(range(32))
parts_of_assertion = st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"])
spots = st.floats(0, 1, exclude_max=True)


@settings(deadline=None)
@given(part=parts_of_assertion, content=st.binary(min_size=1, max_size=120))
def test_no_assertion_of_a_stranger_makes_the_server_stumble(part: str, content: bytes):
    credential = new_phone().answer({"rpId": "fair.example", "challenge": b64(CHALLENGE)})
    credential["response"][part] = b64(content)
    assertion = msgspec.convert(credential, Assertion)

    with suppress(PasskeyRefused):
        challenge_in(assertion.response.client_data)
    verify = partial(verify_assertion, PARTY, assertion, challenge=CHALLENGE, sign_count=0)
    with pytest.raises(PasskeyRefused):
        verify(public_key=content)


@settings(deadline=None)
@given(changes=st.lists(st.tuples(spots, st.integers(0, 255)), min_size=1, max_size=8), keep=st.floats(0.01, 1))
def test_no_attestation_of_a_stranger_makes_the_server_stumble(changes: list[tuple[float, int]], keep: float):
    credential = Authenticator().make(CREATION)
    attestation = bytearray(unb64(credential["response"]["attestationObject"]))
    for spot, value in changes:
        attestation[int(spot * len(attestation))] = value
    credential["response"]["attestationObject"] = b64(bytes(attestation[: max(1, int(keep * len(attestation)))]))

    # What is left may be a passkey still: with attestation `none` nobody vouches for the bytes of a key.
    with suppress(PasskeyRefused):
        verify_registration(PARTY, msgspec.convert(credential, NewCredential), challenge=CHALLENGE)


CREATION = {
    "rp": {"id": "fair.example"},
    "excludeCredentials": [],
    "pubKeyCredParams": [{"alg": -7}],
    "user": {"id": b64(b"mei")},
    "challenge": b64(CHALLENGE),
}


def new_phone() -> Authenticator:
    phone = Authenticator()
    phone.make(CREATION)
    return phone
