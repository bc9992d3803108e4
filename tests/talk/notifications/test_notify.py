"""Telling people: whom, of what, and whom not."""

from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database
from miaohui.kit.jobs import job_table
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import kind_of, notice_kind
from miaohui.talk.notifications.tables import notice, notice_person
from tests.cast import Cast

LIKED = "fair.liked"
SOLD = "fair.sold"


@pytest.fixture(autouse=True)
def kinds() -> None:
    if kind_of(LIKED) is None:
        notice_kind(
            name=LIKED,
            group="content",
            label="Likes",
            title="%(person)s likes “%(title)s”",
            many=("%(person)s and one other like “%(title)s”", "%(person)s and %(others)s others like “%(title)s”"),
            discreet="A like",
        )
        notice_kind(name=SOLD, group="shop", label="Sales", title="Sold for %(amount)s", discreet="Something was sold")


def liked(db: Database, who: int, *, to: int, **more: Any) -> int | None:
    return db.write_sync(notify, to_id=to, kind=LIKED, about_id=who, data={"title": "Noodles"}, link="/v/7", **more)


def rows(db: Database) -> list[Any]:
    return db.read_sync(lambda tx: tx.execute(sa.select(notice).order_by(notice.c.id)).all())


def people(db: Database) -> set[int]:
    return set(db.read_sync(lambda tx: tx.scalars(sa.select(notice_person.c.person_id))))


def test_what_several_people_do_is_one_notice_until_it_is_read(db: Database, cast: Cast) -> None:
    first = liked(db, cast.bo, to=cast.mei)
    again = liked(db, cast.lan, to=cast.mei)

    assert first == again
    (only,) = rows(db)
    assert (only.account_id, only.times, only.seq) == (cast.mei, 2, 2)
    assert people(db) == {cast.bo, cast.lan}


def test_nothing_is_staged_for_who_has_no_device_to_push_to(db: Database, cast: Cast) -> None:
    liked(db, cast.bo, to=cast.mei)
    assert db.read_sync(lambda tx: tx.scalars(sa.select(job_table.c.id))) == []


def test_nobody_is_told_of_who_is_blocked_or_muted_or_of_themselves(db: Database, cast: Cast) -> None:
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    db.write_sync(mute_person, muter_id=cast.mei, muted_id=cast.bo)
    assert [liked(db, who, to=cast.mei) for who in (cast.hao, cast.bo, cast.mei)] == [None] * 3
    assert liked(db, cast.mei, to=cast.hao) is None, "whom she blocked hears nothing of her"
    assert rows(db) == []


def test_a_like_taken_back_and_given_anew_is_told_once(db: Database, cast: Cast) -> None:
    assert liked(db, cast.bo, to=cast.mei, dedupe=f"7:{cast.bo}") is not None
    assert liked(db, cast.bo, to=cast.mei, dedupe=f"7:{cast.bo}") is None
    assert rows(db)[0].times == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"kind": "fair.unknown"}, LookupError),
        ({"data": {}}, ValueError),
        ({"about_id": None}, ValueError),
        ({"link": "https://elsewhere.example"}, ValueError),
        ({"link": "//elsewhere.example"}, ValueError),
    ],
)
def test_a_notice_that_nobody_could_read_is_a_fault(
    db: Database, cast: Cast, wrong: dict[str, Any], error: type[Exception]
) -> None:
    right = {"to_id": cast.mei, "kind": LIKED, "about_id": cast.bo, "data": {"title": "Noodles"}, "link": "/v/7"}
    with pytest.raises(error):
        db.write_sync(notify, **{**right, **wrong})


def test_an_amount_asks_for_its_currency(db: Database, cast: Cast) -> None:
    with pytest.raises(ValueError, match="currency"):
        db.write_sync(notify, to_id=cast.omar, kind=SOLD, data={"amount_minor": 100}, link="/shop")
