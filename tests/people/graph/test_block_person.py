"""Blocking: the two meet no more."""

import pytest

from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.people.graph.access import access_person, access_profile
from miaohui.people.graph.actions.block_person import CannotBlockOneself, block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.unblock_person import unblock_person
from miaohui.people.graph.events import PersonBlocked, PersonUnblocked, PersonUnfollowed
from miaohui.people.graph.queries import (
    GraphCounts,
    blocked_either_way,
    followers_of,
    graph_counts,
    hidden_from,
    is_following,
    relationship,
)
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted
from tests.people.graph.test_follow_person import counts_match_rows


def test_a_block_ends_the_follows_of_both(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.hao)
    db.write_sync(follow_person, follower_id=cast.hao, followee_id=cast.mei)

    standing = db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)

    assert standing.blocked
    assert not standing.following
    assert not standing.followed_by
    assert db.read_sync(graph_counts, cast.mei) == db.read_sync(graph_counts, cast.hao) == GraphCounts()
    assert {(e.follower_id, e.followee_id) for e in emitted(db, PersonUnfollowed)} == {
        (cast.mei, cast.hao),
        (cast.hao, cast.mei),
    }


def test_both_are_hidden_from_each_other_and_nobody_else(db: Database, cast: Cast):
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)

    assert db.read_sync(hidden_from, cast.mei) == {cast.hao}
    assert db.read_sync(hidden_from, cast.hao) == {cast.mei}
    assert db.read_sync(hidden_from, cast.bo) == frozenset()
    assert db.read_sync(blocked_either_way, cast.hao, cast.mei)
    assert not db.read_sync(blocked_either_way, cast.hao, cast.bo)
    for one, other in ((cast.mei, cast.hao), (cast.hao, cast.mei)):
        with pytest.raises(NotFound):
            db.read_sync(access_person, person_id=one, viewer_id=other)


def test_only_the_blocker_still_finds_the_other_and_only_they_see_the_block(db: Database, cast: Cast):
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)

    assert db.read_sync(access_profile, person_id=cast.hao, viewer_id=cast.mei).id == cast.hao
    with pytest.raises(NotFound):
        db.read_sync(access_profile, person_id=cast.mei, viewer_id=cast.hao)
    assert not db.read_sync(relationship, viewer_id=cast.hao, person_id=cast.mei).blocked


def test_blocking_twice_is_once_and_unblocking_does_not_bring_follows_back(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.hao, followee_id=cast.mei)
    first = db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    assert db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao) == first

    for _ in range(2):
        assert not db.write_sync(unblock_person, blocker_id=cast.mei, blocked_id=cast.hao).blocked

    assert len(emitted(db, PersonBlocked)) == len(emitted(db, PersonUnblocked)) == 1
    assert not db.read_sync(is_following, follower_id=cast.hao, followee_id=cast.mei)
    assert not db.read_sync(blocked_either_way, cast.mei, cast.hao)


def test_when_both_blocked_one_pardon_is_not_enough(db: Database, cast: Cast):
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    db.write_sync(block_person, blocker_id=cast.hao, blocked_id=cast.mei)

    db.write_sync(unblock_person, blocker_id=cast.mei, blocked_id=cast.hao)

    assert db.read_sync(hidden_from, cast.mei) == {cast.hao}


def test_nobody_blocks_themselves_or_nobody(db: Database, cast: Cast):
    with pytest.raises(CannotBlockOneself):
        db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.mei)
    with pytest.raises(NotFound):
        db.write_sync(block_person, blocker_id=cast.mei, blocked_id=4711)


def test_blocked_people_are_not_in_each_others_lists(db: Database, cast: Cast):
    for follower in (cast.bo, cast.hao):
        db.write_sync(follow_person, follower_id=follower, followee_id=cast.mei)
    db.write_sync(block_person, blocker_id=cast.hao, blocked_id=cast.bo)

    def followers_seen_by(viewer_id: int) -> set[int]:
        ties = db.read_sync(followers_of, person_id=cast.mei, viewer_id=viewer_id, after=None, limit=10)
        return {tie.account_id for tie in ties}

    assert followers_seen_by(cast.bo) == {cast.bo}
    assert followers_seen_by(cast.hao) == {cast.hao}
    assert followers_seen_by(cast.lan) == {cast.bo, cast.hao}


def test_a_follow_never_slips_past_a_block(db: Database, cast: Cast):
    mei, hao = cast.mei, cast.hao
    for _ in range(10):
        at_once(
            [
                lambda: db.write_sync(follow_person, follower_id=hao, followee_id=mei),
                lambda: db.write_sync(block_person, blocker_id=mei, blocked_id=hao),
                lambda: db.write_sync(follow_person, follower_id=mei, followee_id=hao),
            ]
        )
        assert not db.read_sync(is_following, follower_id=hao, followee_id=mei)
        assert not db.read_sync(is_following, follower_id=mei, followee_id=hao)
        assert counts_match_rows(db)
        db.write_sync(unblock_person, blocker_id=mei, blocked_id=hao)
