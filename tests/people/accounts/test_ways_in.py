"""Addresses: added with a code and a proof, and never the last one removed."""

from typing import Any

import pytest

from miaohui.kit.db import Database
from miaohui.people.accounts.actions.add_identifier import AddressTaken, link_address
from miaohui.people.accounts.actions.remove_identifier import remove_identifier
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.queries import account_of_address, identifiers_of
from tests.at_once import at_once
from tests.cast import Cast
from tests.people.accounts.door import MEI, OMAR, PHONE, Browser, Door


@pytest.fixture
def mei(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_up()
    return browser


def add(browser: Browser, address: str, code: str | None = None) -> Any:
    channel = "phone" if address.startswith("+") else "email"
    code = code or browser.ask_for_code(address, "add_address")
    return browser.send("POST", "/me/identifiers", {"channel": channel, "address": address, "code": code})


def test_mei_adds_her_phone_and_signs_in_with_it(door: Door, mei: Browser):
    added = add(mei, PHONE)

    assert added.status_code == 201
    assert (added.json()["channel"], added.json()["address"]) == ("phone", PHONE)
    assert [i["address"] for i in mei.me()["identifiers"]] == [MEI, PHONE]
    elsewhere = door.browser()
    assert elsewhere.sign_in(PHONE).json()["account"]["id"] == mei.me()["id"]


def test_an_address_is_added_only_with_its_code_and_a_proof(door: Door, mei: Browser):
    code = mei.ask_for_code(PHONE, "add_address")
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    assert add(mei, PHONE, wrong).json()["code"] == "wrong_code"
    door.wait(minutes=16)
    code = mei.ask_for_code(PHONE, "add_address")
    assert add(mei, PHONE, code).json()["code"] == "proof_needed"
    proof = {"method": "code", "channel": "email", "address": MEI, "code": mei.ask_for_code(MEI, "confirm")}
    assert mei.send("PUT", "/session/proof", proof).status_code == 200
    assert add(mei, PHONE, code).status_code == 201


def test_a_code_that_one_asked_for_adds_nothing_to_another(door: Door, mei: Browser):
    omar = door.browser()
    omar.sign_up(OMAR)
    code = mei.ask_for_code(PHONE, "add_address")

    assert add(omar, PHONE, code).json()["code"] == "code_expired"


def test_an_address_of_somebody_else_stays_theirs(door: Door, db: Database, mei: Browser):
    omar = door.browser()
    omar.sign_up(OMAR)
    asked = mei.send("POST", "/accounts/codes", {"channel": "email", "address": OMAR, "purpose": "add_address"})
    assert asked.status_code == 429, "Omar has just been sent one"
    door.wait(seconds=31)

    refused = add(mei, OMAR)

    assert (refused.status_code, refused.json()["code"]) == (409, "address_taken")
    assert db.read_sync(account_of_address, Address("email", OMAR)) == int(omar.me()["id"])


def test_asking_to_add_tells_nothing_about_who_has_the_address(door: Door, mei: Browser):
    door.browser().sign_up(OMAR)
    door.wait(seconds=31)

    known, unknown = (
        mei.send("POST", "/accounts/codes", {"channel": "email", "address": address, "purpose": "add_address"})
        for address in (OMAR, "nobody@fair.example")
    )

    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (202, known.json())


def test_a_proof_goes_only_to_ones_own_addresses(door: Door, mei: Browser):
    door.browser().sign_up(OMAR)
    door.wait(seconds=31)

    asked = mei.send("POST", "/accounts/codes", {"channel": "email", "address": OMAR, "purpose": "confirm"})

    assert asked.status_code == 404
    assert len(door.codes(OMAR)) == 1
    proof = {"method": "code", "channel": "email", "address": OMAR, "code": "000000"}
    assert mei.send("PUT", "/session/proof", proof).status_code == 404


def test_codes_to_add_or_confirm_need_a_session(door: Door):
    for purpose in ("add_address", "confirm"):
        body = {"channel": "email", "address": MEI, "purpose": purpose}
        assert door.browser().send("POST", "/accounts/codes", body).status_code == 401
    assert door.terminal.getvalue() == ""


def test_the_last_way_in_stays(door: Door, mei: Browser):
    mei.send("PUT", "/me/password", {"password": "lantern riddle seven"})
    [address] = mei.me()["identifiers"]

    refused = mei.send("DELETE", f"/me/identifiers/{address['id']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
    added = add(mei, PHONE).json()
    assert mei.send("DELETE", f"/me/identifiers/{address['id']}").status_code == 204
    assert mei.send("DELETE", f"/me/identifiers/{added['id']}").json()["code"] == "last_way_in"
    assert door.browser().sign_in(PHONE).status_code == 201


def test_a_removed_address_is_free_for_others(door: Door, mei: Browser):
    add(mei, PHONE)
    first = mei.me()["identifiers"][0]
    mei.send("DELETE", f"/me/identifiers/{first['id']}")

    omar = door.browser()

    assert omar.sign_up(MEI).status_code == 201
    assert omar.me()["id"] != mei.me()["id"]


def test_two_devices_that_each_remove_the_other_address_leave_one(door: Door, db: Database, mei: Browser):
    add(mei, PHONE)
    account_id, device_id = int(mei.me()["id"]), int(mei.devices()[0]["id"])

    def remove(identifier: dict[str, str]) -> Any:
        return db.write_sync(
            remove_identifier, account_id=account_id, device_id=device_id, identifier_id=int(identifier["id"])
        )

    outcomes = at_once([lambda i=i: remove(i) for i in mei.me()["identifiers"]])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastWayIn", "NoneType"]
    assert len(db.read_sync(identifiers_of, account_id)) == 1


def test_two_accounts_that_want_one_address_at_once_and_one_gets_it(db: Database, cast: Cast):
    people = [cast.mei, cast.bo, cast.lan]
    address = Address("email", "shared@fair.example")

    outcomes = at_once([lambda one=one: db.write_sync(link_address, account_id=one, address=address) for one in people])

    assert sum(isinstance(outcome, AddressTaken) for outcome in outcomes) == 2
    assert db.read_sync(account_of_address, address) in people


def test_five_addresses_are_enough(mei: Browser):
    answers = [add(mei, f"mei{n}@fair.example") for n in range(5)]

    assert [answer.status_code for answer in answers] == [201] * 4 + [409]
    assert answers[-1].json()["code"] == "too_many_addresses"


def test_nobody_removes_another_persons_address(door: Door, mei: Browser):
    omar = door.browser()
    omar.sign_up(OMAR)
    add(omar, PHONE)
    [address] = mei.me()["identifiers"]

    assert omar.send("DELETE", f"/me/identifiers/{address['id']}").status_code == 404
    assert len(mei.me()["identifiers"]) == 1
