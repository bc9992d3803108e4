"""Signing up: an address, a code, a name and a birth date."""

import pytest

from miaohui.kit.db import Database
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.events import AccountCreated
from miaohui.people.accounts.queries import account_of_address, find_by_handle
from tests.emitted import emitted
from tests.people.accounts.door import MEI, OMAR, PHONE, Door


def test_mei_signs_up_with_an_address_and_is_in(door: Door, db: Database):
    browser = door.browser()

    answer = browser.sign_up(nickname="  阿  梅 ")

    assert answer.status_code == 201
    account = answer.json()["account"]
    assert account["nickname"] == "阿 梅"
    assert [(i["channel"], i["address"]) for i in account["identifiers"]] == [("email", MEI)]
    assert (account["is_minor"], account["has_password"], account["avatar"]) == (False, False, None)
    assert browser.me()["id"] == account["id"]
    assert db.read_sync(find_by_handle, account["handle"]).nickname == "阿 梅"
    assert [e.account_id for e in emitted(db, AccountCreated)] == [int(account["id"])]


def test_the_token_works_for_a_program_and_is_kept_nowhere(door: Door):
    token = door.browser().sign_up().json()["token"]

    assert door.program(token).is_in
    assert not door.program(token[:-1] + ("A" if token[-1] != "A" else "B")).is_in
    assert token not in door.stored()


def test_the_code_is_kept_nowhere_either(door: Door):
    code = door.browser().ask_for_code()

    assert MEI in door.stored()
    assert code not in door.stored()


def test_a_phone_number_has_one_form(door: Door, db: Database):
    browser = door.browser()
    browser.send("POST", "/accounts/codes", {"channel": "phone", "address": "138 0013 8000", "purpose": "enter"})

    answer = browser.sign_up(PHONE, code=door.last_code(PHONE))

    assert answer.status_code == 201
    assert db.read_sync(account_of_address, Address("phone", PHONE)) == int(answer.json()["account"]["id"])


def test_the_same_address_in_capitals_is_the_same_address(door: Door):
    door.browser().sign_up(MEI)

    again = door.browser().sign_up("Mei@Fair.Example", code=door.browser().ask_for_code(MEI))

    assert (again.status_code, again.json()["code"]) == (409, "address_taken")


@pytest.mark.parametrize(
    ("birth_date", "status", "code"),
    [
        ("2012-04-19", 403, "too_young"),
        ("2012-04-18", 201, None),
        ("2026-04-19", 400, "invalid_birth_date"),
        ("1890-01-01", 400, "invalid_birth_date"),
        ("2012-02-30", 400, "invalid_input"),
    ],
)
def test_the_birth_date_decides_on_the_day(door: Door, birth_date: str, status: int, code: str | None):
    answer = door.browser().sign_up(birth_date=birth_date)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_a_minor_is_one_until_the_eighteenth_birthday(door: Door):
    browser = door.browser()
    assert browser.sign_up(birth_date="2008-04-20").json()["account"]["is_minor"]

    door.wait(days=2)

    assert not browser.me()["is_minor"]


def test_the_birth_date_cannot_be_changed_afterwards(door: Door):
    browser = door.browser()
    browser.sign_up(birth_date="2010-01-01")

    browser.send("PATCH", "/me", {"birth_date": "1990-01-01", "nickname": "Grown"})

    assert browser.me()["birth_date"] == "2010-01-01"
    assert browser.me()["is_minor"]


def test_terms_that_are_not_accepted_are_no_sign_up(door: Door):
    answer = door.browser().sign_up(terms_accepted=False)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/terms_accepted"]


def test_a_form_with_a_mistake_leaves_the_code_valid(door: Door, db: Database):
    browser = door.browser()
    code = browser.ask_for_code()

    assert browser.sign_up(code=code, handle="admin").json()["code"] == "handle_reserved"
    assert browser.sign_up(code=code, nickname="\u200b").json()["code"] == "invalid_nickname"
    assert browser.sign_up(code=code, password="password1").json()["code"] == "weak_password"
    assert browser.sign_up(code=code, handle="Mei_Shoots").json()["account"]["handle"] == "mei_shoots"
    assert len(emitted(db, AccountCreated)) == 1


def test_signing_in_before_signing_up_says_so_and_keeps_the_code(door: Door):
    browser = door.browser()
    code = browser.ask_for_code(OMAR)

    assert browser.sign_in(OMAR, code).json()["code"] == "no_account_yet"
    assert browser.sign_up(OMAR, code=code).status_code == 201


def test_signing_up_where_one_has_an_account_says_so_and_keeps_the_code(door: Door):
    door.browser().sign_up()
    browser = door.browser()
    code = browser.ask_for_code()

    assert browser.sign_up(code=code).json()["code"] == "address_taken"
    assert browser.sign_in(code=code).status_code == 201


def test_a_password_chosen_at_sign_up_opens_the_door(door: Door):
    door.browser().sign_up(password="lantern riddle seven")

    assert door.browser().sign_in_by_password("lantern riddle seven").status_code == 201


def test_the_language_of_the_browser_becomes_the_accounts(door: Door):
    browser = door.browser()
    browser.client.headers["Accept-Language"] = "en-GB,en;q=0.9"

    assert browser.sign_up().json()["account"]["locale"] == "en"
    assert "good for ten minutes" in door.terminal.getvalue()


def test_twenty_sign_ups_an_hour_from_one_network(door: Door):
    browser = door.browser()
    answers = [browser.sign_up(f"guest{number}@fair.example") for number in range(21)]

    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
