"""Mei's phone sends a note twice because it never heard that the first try arrived."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import InvalidInput, NotFound
from miaohui.kit.idempotency import (
    IdempotencyKeyReused,
    hash_of_request,
    idempotency_key,
    key_of_request,
    prune_idempotency_keys,
    remember,
)
from tests.at_once import at_once

MEI, HAO = 1, 2


class Note(msgspec.Struct, frozen=True):
    """What pinning a note to the wall answers."""

    number: int
    text: str


@pytest.fixture
def db(db: Database) -> Database:
    """With a wall for notes."""
    db.write_sync(lambda tx: tx.execute(sa.text("CREATE TABLE wall (number INTEGER, text TEXT)")))
    return db


def pin(tx: Tx, *, text: str, actor_id: int = MEI, key: str | None = "first", fails: bool = False) -> Note:
    def compute() -> Note:
        number = tx.scalar(sa.text("SELECT count(*) FROM wall")) + 1
        tx.execute(sa.text("INSERT INTO wall VALUES (:number, :text)"), {"number": number, "text": text})
        if fails:
            raise NotFound
        return Note(number, text)

    hashed = hash_of_request("POST", "/wall", text.encode())
    return remember(tx, actor_id=actor_id, key=key, request_hash=hashed, compute=compute, kind=Note)


def on_the_wall(db: Database) -> list[str]:
    return db.read_sync(lambda tx: tx.scalars(sa.text("SELECT text FROM wall ORDER BY number")))


def test_the_same_request_has_one_effect_and_one_answer(db: Database) -> None:
    first = db.write_sync(pin, text="meet me at the lantern")
    again = db.write_sync(pin, text="meet me at the lantern")

    assert first == again == Note(1, "meet me at the lantern")
    assert on_the_wall(db) == ["meet me at the lantern"]


def test_another_request_under_the_same_key_is_refused(db: Database) -> None:
    db.write_sync(pin, text="at eight")
    with pytest.raises(IdempotencyKeyReused) as refused:
        db.write_sync(pin, text="at nine")

    assert (refused.value.code, refused.value.status) == ("idempotency_key_reused", 409)
    assert on_the_wall(db) == ["at eight"]


def test_two_people_may_choose_the_same_key_and_without_one_nothing_is_remembered(db: Database) -> None:
    meis = db.write_sync(pin, text="hello", actor_id=MEI)
    haos = db.write_sync(pin, text="hello", actor_id=HAO)
    assert [db.write_sync(pin, text="hello", actor_id=person) for person in (MEI, HAO)] == [meis, haos]
    assert meis != haos
    db.write_sync(pin, text="hello", key=None)
    db.write_sync(pin, text="hello", key=None)

    assert len(on_the_wall(db)) == 4
    assert db.read_sync(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(idempotency_key))) == 2


def test_a_failed_try_is_not_remembered(db: Database) -> None:
    with pytest.raises(NotFound):
        db.write_sync(pin, text="hello", fails=True)

    assert db.write_sync(pin, text="hello") == Note(1, "hello")
    assert on_the_wall(db) == ["hello"]


def test_of_many_at_the_same_moment_one_computes_and_all_hear_its_answer(db: Database) -> None:
    answers = at_once([partial(db.write_sync, pin, text="hello")] * 8)

    assert answers == [Note(1, "hello")] * 8
    assert on_the_wall(db) == ["hello"]


def test_a_key_is_forgotten_after_its_time_and_not_before(db: Database, clock: ManualClock) -> None:
    db.write_sync(pin, text="hello", key="old")
    clock.advance(timedelta(hours=20))
    db.write_sync(pin, text="hello", key="new")
    a_day_ago = clock.now() + timedelta(hours=5) - timedelta(days=1)

    assert db.write_sync(prune_idempotency_keys, before=a_day_ago) == 1

    db.write_sync(pin, text="hello", key="new")
    assert len(on_the_wall(db)) == 2
    db.write_sync(pin, text="hello", key="old")
    assert len(on_the_wall(db)) == 3


def test_the_hash_tells_requests_apart() -> None:
    hashes = {
        hash_of_request("POST", "/wall", b"a"),
        hash_of_request("PUT", "/wall", b"a"),
        hash_of_request("POST", "/wal", b"la"),
        hash_of_request("POST", "/wall", b"b"),
    }
    assert len(hashes) == 4
    assert hash_of_request("POST", "/wall", b"a") in hashes


def test_a_key_is_visible_ascii_of_modest_length() -> None:
    assert key_of_request({}) is None
    assert key_of_request({"idempotency-key": "7f9c-1"}) == "7f9c-1"
    for unusable in ("", "two words", "键", "x" * 201, "line\nbreak"):
        with pytest.raises(InvalidInput):
            key_of_request({"idempotency-key": unusable})
