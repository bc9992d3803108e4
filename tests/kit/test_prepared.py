"""A prepared statement means what it means when SQLAlchemy runs it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.kit.db import (
    Database,
    Json,
    Prepared,
    Timestamp,
    Tx,
    insert_if_absent,
    metadata,
    prepared_insert_or_update,
)

stall = sa.Table(
    "test_stall",
    sa.MetaData(naming_convention=metadata.naming_convention),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, default="open"),
    sa.Column("lit", sa.Boolean, nullable=False, default=True),
    sa.Column("goods", Json),
    sa.Column("opened_at", Timestamp),
    sa.Column("guests", sa.Integer, nullable=False, default=0),
    sa.CheckConstraint("guests >= 0", name="guests"),
)
NOON = datetime(2026, 2, 17, 12, tzinfo=UTC)
ROWS = [
    {"id": 1, "name": "100 % 糖", "goods": ["糖", {"兔": 1}], "opened_at": NOON},
    {"id": 2, "name": "茶", "goods": [], "opened_at": None},
    {"id": 2**62, "name": ":tea ?", "goods": None, "opened_at": NOON},
]


class Stall(msgspec.Struct, frozen=True):
    id: int
    name: str
    state: str
    lit: bool
    goods: Any
    opened_at: datetime | None
    guests: int


_BY_IDS = (
    sa.select(stall)
    .where(
        stall.c.id.in_(sa.bindparam("ids", expanding=True)),
        stall.c.state == sa.literal("open", literal_execute=True),
        stall.c.guests < 100,
    )
    .order_by(stall.c.id)
)
BY_IDS = Prepared(_BY_IDS)
SINCE = Prepared(sa.select(stall.c.id).where(stall.c.opened_at >= sa.bindparam("since")).order_by(stall.c.id))
WELCOME = Prepared(
    sa.update(stall)
    .where(stall.c.id == sa.bindparam("stall_id"), stall.c.state == "open")
    .values(guests=stall.c.guests + sa.bindparam("more"))
    .returning(stall.c.id, stall.c.guests.label("now_there"))
)
CLOSE = Prepared(sa.update(stall).where(stall.c.id == sa.bindparam("stall_id")).values(state="closed"))


@pytest.fixture(autouse=True)
def table(db: Database) -> None:
    stall.create(db.engine)
    db.write_sync(lambda tx: tx.insert(stall, ROWS))


def test_it_returns_what_sqlalchemy_returns_however_long_the_list(db: Database):
    for ids in ([], [2], [1, 2], [2, 1], [1, 2, 3, 2**62]):
        found = db.read_sync(lambda tx, ids=ids: tx.all(BY_IDS, Stall, ids=ids))
        assert found == db.read_sync(lambda tx, ids=ids: tx.all(_BY_IDS, Stall, ids=ids))
        assert [one.id for one in found] == sorted({1, 2, 2**62} & set(ids))
    assert found[0] == Stall(1, "100 % 糖", "open", True, ["糖", {"兔": 1}], NOON, 0)


def test_values_are_turned_as_their_columns_say(db: Database):
    assert db.read_sync(lambda tx: tx.scalars(SINCE, since=NOON)) == [1, 2**62]
    assert db.read_sync(lambda tx: tx.scalar(SINCE, since=NOON.replace(hour=13))) is None


def test_a_change_says_how_many_and_gives_back_rows(db: Database):
    def welcome(tx: Tx) -> Any:
        return [tx.rows(WELCOME, stall_id=1, more=n)[0].now_there for n in (3, 4)], tx.changed(CLOSE, stall_id=1)

    assert db.write_sync(welcome) == ([3, 7], 1)
    assert db.write_sync(lambda tx: (tx.rows(WELCOME, stall_id=1, more=1), tx.changed(CLOSE, stall_id=5))) == ([], 0)


def test_an_insert_takes_the_defaults_of_what_is_left_out(db: Database):
    db.write_sync(lambda tx: tx.insert(stall, {"id": 4, "name": "灯", "lit": False}))
    assert db.read_sync(lambda tx: tx.one(BY_IDS, Stall, ids=[4])) == Stall(4, "灯", "open", False, None, None, 0)


def test_what_is_there_is_left_alone_or_changed(db: Database):
    again = prepared_insert_or_update(
        stall,
        key=["id"],
        changes={"guests": stall.c.guests + sa.bindparam("more"), "name": sa.literal_column("excluded.name")},
    )

    def twice(tx: Tx) -> list[bool]:
        absent = [insert_if_absent(tx, stall, {"id": 5, "name": name}) for name in ("一", "二")]
        for guests in (1, 2):
            tx.changed(again, id=5, name="三", guests=0, more=guests)
        return absent

    assert db.write_sync(twice) == [True, False]
    found = db.read_sync(lambda tx: tx.one(BY_IDS, Stall, ids=[5]))
    assert found is not None
    assert (found.name, found.guests) == ("三", 3)


def test_it_is_part_of_its_transaction(db: Database):
    def regret(tx: Tx) -> None:
        tx.insert(stall, {"id": 6, "name": "风"})
        tx.execute(sa.insert(stall).values(id=7, name="雨"))
        assert len(tx.all(BY_IDS, Stall, ids=[6, 7])) == 2
        raise LookupError

    with pytest.raises(LookupError):
        db.write_sync(regret)
    assert db.read_sync(lambda tx: tx.all(BY_IDS, Stall, ids=[6, 7])) == []


def test_a_fault_comes_as_it_does_elsewhere_and_does_not_tell_what_people_wrote(db: Database):
    with pytest.raises(sa.exc.IntegrityError) as fault:
        db.write_sync(lambda tx: tx.rows(WELCOME, stall_id=1, more=-77_077))
    assert "guests" in str(fault.value)
    assert "77077" not in str(fault.value).split("DETAIL")[0]
    with pytest.raises(sa.exc.IntegrityError):
        db.write_sync(lambda tx: tx.insert(stall, [{"id": 8, "name": "a"}, {"id": 8, "name": "b"}]))
    with pytest.raises(sa.exc.DBAPIError):
        db.read_sync(lambda tx: tx.changed(CLOSE, stall_id=1))


@pytest.mark.parametrize("values", [{}, {"stall_id": 1}, {"stall_id": 1, "more": 1, "less": 1}])
def test_missing_and_unknown_names_are_refused(db: Database, values: dict[str, int]):
    with pytest.raises(TypeError, match="wants"):
        db.write_sync(lambda tx: tx.rows(WELCOME, **values))
