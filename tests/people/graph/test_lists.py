"""Lists of people, page by page, and how one stands to many."""

from datetime import timedelta

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.people.graph.queries import (
    Relationship,
    Tie,
    blocked_by,
    followed_by_person,
    followers_of,
    following_of,
    friends_of,
    muted_people,
    relationships,
)
from tests.cast import Cast


def all_pages(query, db: Database, *, limit: int, **kw) -> list[Tie]:
    """Read a list page by page, as a client does."""
    ties: list[Tie] = []
    after = None
    while page := db.read_sync(query, after=after, limit=limit, **kw):
        ties += page
        after = (page[-1].since, page[-1].account_id)
    return ties


def test_followers_come_newest_first_and_each_once(db: Database, cast: Cast, clock: ManualClock):
    crowd = cast.crowd(7)
    for n, guest in enumerate(crowd):
        db.write_sync(follow_person, follower_id=guest, followee_id=cast.mei)
        if n % 3 == 2:  # Several in the same millisecond, too.
            clock.advance(timedelta(minutes=1))

    pages = all_pages(followers_of, db, limit=2, person_id=cast.mei, viewer_id=cast.bo)

    assert sorted(tie.account_id for tie in pages) == sorted(crowd)
    assert [tie.since for tie in pages] == sorted((tie.since for tie in pages), reverse=True)


def test_following_and_friends(db: Database, cast: Cast, clock: ManualClock):
    for followee in (cast.lan, cast.bo, cast.ines):
        db.write_sync(follow_person, follower_id=cast.mei, followee_id=followee)
        clock.advance(timedelta(minutes=1))
    for follower in (cast.lan, cast.ines, cast.hao):
        db.write_sync(follow_person, follower_id=follower, followee_id=cast.mei)

    following = all_pages(following_of, db, limit=2, person_id=cast.mei, viewer_id=cast.mei)
    friends = all_pages(friends_of, db, limit=1, person_id=cast.mei)

    assert [tie.account_id for tie in following] == [cast.ines, cast.bo, cast.lan]
    assert [tie.account_id for tie in friends] == [cast.ines, cast.lan]
    assert db.read_sync(followed_by_person, cast.mei) == {cast.lan, cast.bo, cast.ines}


def test_ones_own_blocks_and_mutes_are_listed(db: Database, cast: Cast):
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    db.write_sync(mute_person, muter_id=cast.mei, muted_id=cast.bo)

    assert [tie.account_id for tie in all_pages(blocked_by, db, limit=5, person_id=cast.mei)] == [cast.hao]
    assert [tie.account_id for tie in all_pages(muted_people, db, limit=5, person_id=cast.mei)] == [cast.bo]
    assert all_pages(blocked_by, db, limit=5, person_id=cast.hao) == []


def test_how_one_stands_to_many_is_one_answer(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.lan)
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    standing = db.read_sync(relationships, viewer_id=cast.mei, person_ids=[cast.lan, cast.bo, cast.ines])

    assert standing == {
        cast.lan: Relationship(following=True),
        cast.bo: Relationship(followed_by=True),
        cast.ines: Relationship(),
    }
