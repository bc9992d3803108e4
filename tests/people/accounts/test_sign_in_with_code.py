"""One-time codes: who guesses, repeats or listens does not come in, and nobody learns who has an account."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.signing import Signer
from miaohui.people.accounts.actions.enter_account import Entrant
from miaohui.people.accounts.actions.prune import prune
from miaohui.people.accounts.actions.sign_in_with_code import sign_in_with_code
from miaohui.people.accounts.actions.sign_up import NewPerson, sign_up
from miaohui.people.accounts.addresses import Address
from miaohui.people.accounts.codes import NOBODY, digest_of, draw_code
from miaohui.people.accounts.events import AccountCreated
from miaohui.people.accounts.queries import devices_of
from miaohui.people.accounts.tables import account, one_time_code
from tests.at_once import at_once
from tests.emitted import emitted
from tests.people.accounts.door import GROWN_UP, MEI, OMAR, PHONE, Browser, Door


@pytest.fixture
def mei(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_up()
    return browser


def other_code(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 1_000_000:06d}"


def test_the_code_that_was_sent_opens_the_door(door: Door, mei: Browser):
    elsewhere = door.browser()

    answer = elsewhere.sign_in()

    assert answer.status_code == 201
    assert answer.json()["account"]["id"] == mei.me()["id"]
    assert elsewhere.is_in


def test_a_code_is_good_once(door: Door, mei: Browser):
    first, second = door.browser(), door.browser()
    code = first.ask_for_code()
    assert first.sign_in(code=code).status_code == 201

    again = second.sign_in(code=code)

    assert (again.status_code, again.json()["code"]) == (410, "code_expired")
    assert not second.is_in


def test_a_code_is_good_for_ten_minutes(door: Door, mei: Browser):
    elsewhere = door.browser()
    code = elsewhere.ask_for_code()
    door.wait(minutes=10)

    assert elsewhere.sign_in(code=code).json()["code"] == "code_expired"


def test_after_five_wrong_tries_the_right_code_is_wrong_too(door: Door, mei: Browser):
    elsewhere = door.browser()
    code = elsewhere.ask_for_code()

    answers = [elsewhere.sign_in(code=other_code(code, step)) for step in range(1, 6)]

    assert [answer.json()["code"] for answer in answers] == ["wrong_code"] * 5
    assert [answer.json()["tries_left"] for answer in answers] == [4, 3, 2, 1, 0]
    assert elsewhere.sign_in(code=code).json()["code"] == "code_expired"
    assert not elsewhere.is_in


def test_guesses_that_come_all_at_once_are_counted_one_by_one(door: Door, db: Database, mei: Browser):
    code = mei.ask_for_code()
    address = Address("email", MEI)

    def guess(step: int) -> Any:
        digest = digest_of(door.signer, address=address, purpose="enter", asked_by=NOBODY, code=other_code(code, step))
        return db.write_sync(sign_in_with_code, address=address, digest=digest, entrant=Entrant(user_agent=""))

    outcomes = at_once([lambda step=step: guess(step) for step in range(1, 13)])

    names = sorted(type(outcome).__name__ for outcome in outcomes)
    assert names == ["CodeExpired"] * 7 + ["WrongCode"] * 5


def test_two_who_use_the_code_at_the_same_moment_and_one_is_in(door: Door, db: Database, mei: Browser):
    code = mei.ask_for_code()
    address = Address("email", MEI)
    digest = digest_of(door.signer, address=address, purpose="enter", asked_by=NOBODY, code=code)

    def use() -> Any:
        return db.write_sync(sign_in_with_code, address=address, digest=digest, entrant=Entrant(user_agent=""))

    outcomes = at_once([use, use, use, use])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CodeExpired"] * 3 + ["SignedIn"]
    assert len(db.read_sync(devices_of, int(mei.me()["id"]))) == 2


def test_two_who_sign_up_with_one_code_at_the_same_moment_become_one_account(door: Door, db: Database):
    code = door.browser().ask_for_code(OMAR)
    address = Address("email", OMAR)
    digest = digest_of(door.signer, address=address, purpose="enter", asked_by=NOBODY, code=code)
    person = NewPerson(nickname="Omar", birth_date=date.fromisoformat(GROWN_UP), locale="en")

    def join() -> Any:
        return db.write_sync(sign_up, address=address, digest=digest, person=person, entrant=Entrant(user_agent=""))

    outcomes = at_once([join, join, join])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CodeExpired", "CodeExpired", "SignedIn"]
    assert len(emitted(db, AccountCreated)) == 1
    assert db.read_sync(_count_accounts) == 1


def _count_accounts(tx: Tx) -> int:
    return int(tx.scalar(sa.select(sa.func.count()).select_from(account)))


def test_a_new_code_replaces_the_one_before(door: Door, mei: Browser):
    elsewhere = door.browser()
    first = elsewhere.ask_for_code()
    second = elsewhere.ask_for_code()

    if first != second:
        assert elsewhere.sign_in(code=first).json()["code"] == "wrong_code"
    assert elsewhere.sign_in(code=second).status_code == 201


def test_a_code_for_one_address_opens_no_other(door: Door, mei: Browser):
    door.browser().sign_up(OMAR)
    elsewhere = door.browser()
    elsewhere.ask_for_code(MEI)
    code = elsewhere.ask_for_code(OMAR)

    assert elsewhere.sign_in(MEI, code).status_code == 403
    assert not elsewhere.is_in


def test_a_code_to_confirm_or_to_add_does_not_sign_in(door: Door, mei: Browser):
    confirming = mei.ask_for_code(MEI, "confirm")
    adding = mei.ask_for_code(OMAR, "add_address")
    elsewhere = door.browser()

    assert elsewhere.sign_in(MEI, confirming).json()["code"] == "code_expired"
    assert elsewhere.sign_in(OMAR, adding).json()["code"] == "code_expired"
    assert elsewhere.sign_up(OMAR, code=adding).json()["code"] == "code_expired"


def test_nobody_learns_from_the_answer_who_has_an_account(door: Door, mei: Browser):
    stranger = door.browser()
    door.wait(minutes=1)

    known, unknown = (
        stranger.send("POST", "/accounts/codes", {"channel": "email", "address": who, "purpose": "enter"})
        for who in (MEI, OMAR)
    )

    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert len(door.codes(MEI)) == 2
    assert len(door.codes(OMAR)) == 1
    wrong_known, wrong_unknown = (stranger.sign_in(who, other_code(door.last_code(who))) for who in (MEI, OMAR))
    assert (wrong_known.status_code, wrong_known.json()) == (wrong_unknown.status_code, wrong_unknown.json())
    wrong_known, wrong_unknown = (stranger.sign_up(who, code=other_code(door.last_code(who))) for who in (MEI, OMAR))
    assert (wrong_known.status_code, wrong_known.json()) == (wrong_unknown.status_code, wrong_unknown.json())


def test_a_sign_in_never_takes_over_a_token_that_was_brought_along(door: Door, mei: Browser):
    """Session fixation: a thief plants a cookie in the victim's browser and waits for the sign-in."""
    thief = door.browser()
    thief.sign_up(OMAR)
    planted = thief.client.cookies["mh_session"]
    victim = door.browser()
    victim.client.cookies.set("mh_session", planted, domain="fair.example")

    victim.sign_in(MEI)

    assert victim.client.cookies["mh_session"] != planted
    assert victim.me()["id"] == mei.me()["id"]
    assert not thief.is_in, "the session that the browser had before has ended"


def test_signing_in_again_leaves_one_device_per_browser(door: Door, mei: Browser):
    for _ in range(3):
        assert mei.sign_in().status_code == 201

    assert len(mei.devices()) == 1


def test_codes_to_one_address_are_limited_whoever_asks(door: Door):
    browsers = [door.browser() for _ in range(3)]
    body = {"channel": "email", "address": MEI, "purpose": "enter"}

    first = browsers[0].send("POST", "/accounts/codes", body)
    second = browsers[1].send("POST", "/accounts/codes", body)

    assert (first.status_code, second.status_code) == (202, 429)
    assert second.json()["retry_after_s"] == 30
    statuses = []
    for _ in range(8):
        door.wait(seconds=31)
        statuses.append(browsers[2].send("POST", "/accounts/codes", body).status_code)
    assert statuses.count(202) == 4
    assert len(door.codes(MEI)) == 5


def test_codes_from_one_network_are_limited_whomever_they_are_for(door: Door):
    browser = door.browser()
    statuses = [
        browser.send(
            "POST", "/accounts/codes", {"channel": "email", "address": f"g{n}@fair.example", "purpose": "enter"}
        ).status_code
        for n in range(31)
    ]

    assert statuses == [202] * 30 + [429]


def test_tries_from_one_network_are_limited(door: Door):
    browser = door.browser()
    statuses = [browser.sign_in(f"g{n}@fair.example", "000000").status_code for n in range(61)]

    assert statuses == [410] * 60 + [429]


def test_what_is_stored_of_a_code_needs_the_servers_key_to_be_found(door: Door, db: Database):
    code = door.browser().ask_for_code()
    address = Address("email", MEI)
    [stored] = db.read_sync(lambda tx: tx.scalars(sa.select(one_time_code.c.digest)))

    with_key = digest_of(door.signer, address=address, purpose="enter", asked_by=NOBODY, code=code)
    without = digest_of(Signer(b"another key"), address=address, purpose="enter", asked_by=NOBODY, code=code)

    assert stored == with_key
    assert stored != without


def test_a_stored_code_fits_no_other_address_purpose_or_account():
    signer = Signer(b"a key")
    here = {"address": Address("email", MEI), "purpose": "enter", "asked_by": NOBODY, "code": "123456"}
    others = [
        {"address": Address("email", OMAR)},
        {"address": Address("phone", MEI)},
        {"purpose": "confirm"},
        {"asked_by": 7},
        {"code": "123457"},
    ]

    digests = {digest_of(signer, **(here | other)) for other in [{}, *others]}

    assert len(digests) == 6


def test_codes_have_six_digits_and_differ():
    codes = {draw_code() for _ in range(200)}

    assert all(re.fullmatch("[0-9]{6}", code) for code in codes)
    assert len(codes) > 190


def test_expired_codes_are_swept_out(door: Door, db: Database):
    browser = door.browser()
    browser.ask_for_code(MEI)
    door.wait(minutes=9)
    browser.ask_for_code(PHONE)
    door.wait(minutes=2)

    db.write_sync(prune)

    assert db.read_sync(lambda tx: tx.scalars(sa.select(one_time_code.c.address))) == [PHONE]


def test_an_address_that_cannot_be_is_no_address(door: Door):
    for address in ("mei at fair", "fair.example", "123456"):
        answer = door.browser().send(
            "POST", "/accounts/codes", {"channel": "email", "address": address, "purpose": "enter"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_address")
    assert door.terminal.getvalue() == ""
