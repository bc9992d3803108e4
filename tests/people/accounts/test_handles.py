"""Handles: their form, who gets them, and how long they stay with who had them."""

import random
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.people.accounts.actions.claim_handle import HandleTaken
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.handles import HandleReserved, InvalidHandle, check_handle, propose_handle
from miaohui.people.accounts.queries import find_by_handle, person_cards
from miaohui.people.accounts.tables import account, account_handle
from tests.at_once import at_once
from tests.cast import Cast
from tests.people.accounts.door import OMAR, Door


@pytest.mark.parametrize("text", ["mei", "Mei_Shoots", "@bo2", "a1_b2_c3", "badminton", "K2x"])
def test_what_can_be_a_handle(text: str):
    assert check_handle(text) == text.removeprefix("@").lower()


@pytest.mark.parametrize(
    "text", ["", "ab", "1up", "_mei", "mei_", "me__i", "mei.shoots", "梅梅梅", "mеi", "a" * 25, "mei\n", "mei shoots"]
)
def test_what_cannot(text: str):
    if text == "mei\n":
        assert check_handle(text) == "mei"
        return
    with pytest.raises(InvalidHandle):
        check_handle(text)


@pytest.mark.parametrize("text", ["admin", "Support", "miaohui", "team_miaohui", "themiaohuishop", "official_mei"])
def test_what_would_speak_for_the_house(text: str):
    with pytest.raises(HandleReserved):
        check_handle(text)


@given(seed=st.integers())
def test_what_is_proposed_is_always_allowed(seed: int):
    proposed = propose_handle(random.Random(seed))
    assert check_handle(proposed) == proposed


@given(text=st.text(max_size=40))
def test_a_handle_that_is_accepted_is_accepted_again_as_it_is(text: str):
    try:
        handle = check_handle(text)
    except (InvalidHandle, HandleReserved):
        return
    assert check_handle(handle) == handle
    assert handle.isascii()


def test_two_who_want_the_same_handle_at_once_and_one_gets_it(db: Database):
    def sign_up(nickname: str) -> int:
        return db.write_sync(create_account, nickname=nickname, birth_date=date(1990, 1, 1), handle="moon_gate")

    results = at_once([lambda: sign_up("One"), lambda: sign_up("Two"), lambda: sign_up("Three")])

    assert sorted(type(result).__name__ for result in results) == ["HandleTaken", "HandleTaken", "int"]
    assert db.read_sync(count_accounts) == 1


def count_accounts(tx: Tx) -> int:
    return int(tx.scalar(sa.select(sa.func.count()).select_from(account)))


def test_a_proposal_that_is_taken_is_followed_by_another(db: Database):
    person = {"nickname": "Somebody", "birth_date": date(1990, 1, 1)}
    first = db.write_sync(create_account, **person, rng=random.Random(5))
    second = db.write_sync(create_account, **person, rng=random.Random(5))

    cards = db.read_sync(person_cards, [first, second])
    assert cards[first].handle == propose_handle(random.Random(5))
    assert cards[first].handle != cards[second].handle


def test_a_handle_is_found_in_any_case_with_or_without_the_at(db: Database, cast: Cast):
    for text in ("mei_fair", "MEI_FAIR", "@Mei_Fair"):
        assert cast.mei == db.read_sync(find_by_handle, text).id
    assert db.read_sync(find_by_handle, "nobody_here") is None


def test_a_former_name_leads_to_its_owner_and_is_nobody_elses_for_thirty_days(
    door: Door, db: Database, clock: ManualClock
):
    mei, omar = door.browser(), door.browser()
    mei.sign_up(handle="mei_shoots")
    omar.sign_up(OMAR, handle="omar_bakes")
    mei_id = int(mei.me()["id"])

    assert mei.send("PATCH", "/me", {"handle": "Mei_Films"}).json()["handle"] == "mei_films"

    assert db.read_sync(find_by_handle, "mei_shoots").id == mei_id
    assert db.read_sync(find_by_handle, "mei_shoots").handle == "mei_films"
    assert omar.send("PATCH", "/me", {"handle": "mei_shoots"}).json()["code"] == "handle_taken"
    door.wait(days=30, seconds=1)
    assert db.read_sync(find_by_handle, "mei_shoots") is None
    assert omar.send("PATCH", "/me", {"handle": "mei_shoots"}).status_code == 200
    assert db.read_sync(find_by_handle, "mei_shoots").nickname == omar.me()["nickname"]


def test_one_may_go_back_to_a_former_name(door: Door, db: Database):
    mei = door.browser()
    mei.sign_up(handle="mei_shoots")

    mei.send("PATCH", "/me", {"handle": "mei_films"})

    assert mei.send("PATCH", "/me", {"handle": "mei_shoots"}).json()["handle"] == "mei_shoots"
    assert db.read_sync(find_by_handle, "mei_films").handle == "mei_shoots"


def test_nobody_collects_names(door: Door, db: Database):
    mei = door.browser()
    mei.sign_up(handle="name0")
    answers = [mei.send("PATCH", "/me", {"handle": f"name{n}"}) for n in (1, 2, 3, 4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert answers[-1].json()["code"] == "handle_changed_too_often"
    assert mei.me()["handle"] == "name3"
    assert db.read_sync(find_by_handle, "name4") is None


def test_an_account_and_its_handle_never_disagree(door: Door, db: Database):
    mei, omar = door.browser(), door.browser()
    mei.sign_up(handle="mei_shoots")
    omar.sign_up(OMAR, handle="omar_bakes")

    answers = at_once([lambda who=who: who.send("PATCH", "/me", {"handle": "moon_gate"}) for who in (mei, omar)])

    assert sorted(answer.status_code for answer in answers) == [200, 409]

    def owners(tx: Tx) -> list[tuple[int, str]]:
        current = account_handle.c.held_until.is_(None)
        held = tx.execute(sa.select(account_handle.c.account_id, account_handle.c.handle).where(current)).tuples()
        return sorted(held)

    def shown(tx: Tx) -> list[tuple[int, str]]:
        return sorted(tx.execute(sa.select(account.c.id, account.c.handle)).tuples())

    assert db.read_sync(owners) == db.read_sync(shown)
    with pytest.raises(HandleTaken):
        db.write_sync(create_account, nickname="Late", birth_date=date(1990, 1, 1), handle="moon_gate")


def test_a_name_that_no_database_can_hold_is_nobodys(db: Database) -> None:
    assert db.read_sync(find_by_handle, "mei\0fair") is None
