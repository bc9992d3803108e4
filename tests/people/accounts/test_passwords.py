"""Passwords: slow to guess, the same for nobody and somebody, and none that everybody tries first."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from miaohui.kit.db import Database
from miaohui.kit.errors import TooManyRequests
from miaohui.people.accounts.actions.enter_account import Entrant
from miaohui.people.accounts.actions.set_password import set_password
from miaohui.people.accounts.actions.sign_in_with_password import (
    WrongPassword,
    enter_with_password,
    password_of_address,
)
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.passwords import Passwords, WeakPassword, check_password
from miaohui.people.accounts.tables import account_password
from tests.people.accounts.door import MEI, OMAR, QUICK, Browser, Door

RIDDLE = "lantern riddle seven"


@pytest.fixture
def mei(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_up(password=RIDDLE, handle="mei_shoots", nickname="Mei Films")
    return browser


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    kept = Passwords(QUICK)
    yield kept
    kept.close()


def stored(door: Door) -> str:
    return str(door.db.read_sync(lambda tx: tx.scalar(sa.select(account_password.c.encoded))))


def test_who_knows_the_password_comes_in(door: Door, mei: Browser):
    elsewhere = door.browser()

    assert elsewhere.sign_in_by_password(RIDDLE).status_code == 201
    assert elsewhere.me()["id"] == mei.me()["id"]


def test_wrong_unknown_and_without_a_password_get_the_same_answer(door: Door, mei: Browser):
    door.browser().sign_up(OMAR)
    stranger = door.browser()

    answers = [
        stranger.sign_in_by_password("lantern riddle eight"),
        stranger.sign_in_by_password(RIDDLE, OMAR),
        stranger.sign_in_by_password(RIDDLE, "nobody@fair.example"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["code"] == "wrong_password"
    assert not stranger.is_in


def test_an_unknown_account_costs_a_full_comparison(passwords: Passwords, monkeypatch: pytest.MonkeyPatch):
    compared: list[str] = []
    verify = PasswordHasher.verify

    def watch(self: PasswordHasher, encoded: str, password: str) -> Any:
        compared.append(encoded)
        return verify(self, encoded, password)

    monkeypatch.setattr(PasswordHasher, "verify", watch)

    assert not asyncio.run(passwords.check(None, RIDDLE)).right
    assert not asyncio.run(passwords.check(None, "there is no such account")).right
    assert len(compared) == 2
    assert "$m=8,t=1,p=1$" in compared[0]


def test_the_parameters_are_those_of_rfc_9106():
    kept = Passwords()
    encoded = asyncio.run(kept.encode(RIDDLE))
    kept.close()

    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_old_parameters_are_renewed_at_the_next_sign_in(door: Door, mei: Browser):
    former = stored(door)
    door.accounts.passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

    assert door.browser().sign_in_by_password(RIDDLE).status_code == 201

    assert "$m=8,t=1,p=1$" in former
    assert "$m=16,t=2,p=1$" in stored(door)
    assert door.browser().sign_in_by_password(RIDDLE).status_code == 201
    door.accounts.passwords.close()


def test_a_password_that_is_changed_while_it_is_compared_no_longer_opens(door: Door, db: Database, mei: Browser):
    known = db.read_sync(password_of_address, Address("email", MEI))
    assert known is not None
    device_id = int(mei.devices()[0]["id"])
    db.write_sync(set_password, account_id=known.account_id, device_id=device_id, encoded=QUICK.hash("another one"))

    with pytest.raises(WrongPassword):
        db.write_sync(enter_with_password, known=known, renewed=None, entrant=Entrant(user_agent=""))

    assert len(mei.devices()) == 1


def test_guesses_at_one_address_are_limited(door: Door, mei: Browser):
    stranger = door.browser()
    statuses = [stranger.sign_in_by_password(f"guess number {n}").status_code for n in range(11)]

    assert statuses == [403] * 10 + [429]
    assert stranger.sign_in_by_password(RIDDLE).status_code == 429
    door.wait(minutes=2)
    assert stranger.sign_in_by_password(RIDDLE).status_code == 201


def test_a_full_queue_says_so_instead_of_growing(passwords: Passwords):
    async def rush() -> list[Any]:
        return await asyncio.gather(*(passwords.check(None, RIDDLE) for _ in range(60)), return_exceptions=True)

    outcomes = asyncio.run(rush())

    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes) == 20
    assert not asyncio.run(passwords.check(None, RIDDLE)).right


def test_each_keyboard_types_the_same_password(passwords: Passwords):
    encoded = asyncio.run(passwords.encode("Ångström ﬁx 梅"))

    assert asyncio.run(passwords.check(encoded, "A\u030angstro\u0308m fix 梅")).right


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("seven77", "short"),
        ("x" * 129, "long"),
        ("password", "common"),
        ("Password123!", "common"),
        ("PASSWORD1", "common"),
        ("dragon2024", "common"),
        ("woaini1314", "common"),
        ("12345678", "pattern"),
        ("87654321", "pattern"),
        ("qwertyuiop", "pattern"),
        ("aaaaaaaaa", "pattern"),
        ("abcabcabc", "pattern"),
        ("ababbbab", "pattern"),
        ("mei_shoots", "personal"),
        ("mei_shoots42", "personal"),
        ("mei@fair.example", "personal"),
    ],
)
def test_what_everybody_tries_first_is_refused(password: str, reason: str):
    with pytest.raises(WeakPassword) as refused:
        check_password(password, personal=["Mei", "mei_shoots", MEI])
    assert refused.value.data == {"reason": reason}


@pytest.mark.parametrize(
    "password", [RIDDLE, "correct horse battery staple", "我家门口有两棵枣树", "tr0ub4dor&3", "x7#pQ9z!"]
)
def test_what_takes_thought_is_accepted(password: str):
    check_password(password, personal=["Mei", "mei_shoots", MEI, ""])


def test_a_changed_password_signs_every_other_device_out(door: Door, mei: Browser):
    phone, tablet = door.browser(), door.browser()
    phone.sign_in_by_password(RIDDLE)
    tablet.sign_in_by_password(RIDDLE)
    assert phone.is_in

    assert mei.send("PUT", "/me/password", {"password": "another riddle 8"}).status_code == 204

    assert (mei.is_in, phone.is_in, tablet.is_in) == (True, False, False)
    assert phone.sign_in_by_password(RIDDLE).status_code == 403
    assert phone.sign_in_by_password("another riddle 8").status_code == 201


def test_a_first_password_signs_nobody_out(door: Door):
    mei, phone = door.browser(), door.browser()
    mei.sign_up()
    phone.sign_in()

    assert mei.send("PUT", "/me/password", {"password": RIDDLE}).status_code == 204

    assert phone.is_in
    assert mei.me()["has_password"]


def test_a_password_is_set_only_with_a_recent_proof(door: Door, mei: Browser):
    door.wait(minutes=16)
    body = {"password": "another riddle 8"}

    assert mei.send("PUT", "/me/password", body).json()["code"] == "proof_needed"
    assert mei.send("DELETE", "/me/password").json()["code"] == "proof_needed"
    assert mei.send("PUT", "/session/proof", {"method": "password", "password": "wrong one"}).status_code == 403
    assert mei.send("PUT", "/me/password", body).json()["code"] == "proof_needed"
    proven = mei.send("PUT", "/session/proof", {"method": "password", "password": RIDDLE})
    assert proven.status_code == 200
    assert mei.send("PUT", "/me/password", body).status_code == 204
    door.wait(minutes=16)
    assert mei.send("PUT", "/me/password", body).json()["code"] == "proof_needed"


def test_a_weak_password_is_refused_with_the_reason(door: Door, mei: Browser):
    refused = mei.send("PUT", "/me/password", {"password": "mei_shoots1"})

    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (400, "weak_password", "personal")


def test_one_can_do_without_a_password(door: Door, mei: Browser):
    assert mei.send("DELETE", "/me/password").status_code == 204

    assert not mei.me()["has_password"]
    assert door.browser().sign_in_by_password(RIDDLE).status_code == 403
    assert mei.sign_in().status_code == 201
