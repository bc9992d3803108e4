"""Following, and following no more."""

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import NotFound
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import CannotFollowOneself, PersonIsBlocked, follow_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.people.graph.events import PersonFollowed, PersonUnfollowed
from miaohui.people.graph.queries import GraphCounts, are_friends, graph_counts, relationship
from miaohui.people.graph.tables import follow, graph_count
from tests.at_once import at_once
from tests.cast import Cast
from tests.emitted import emitted


def counts_match_rows(db: Database) -> bool:
    """Whether every counter says what a count of the rows says."""

    def compare(tx: Tx) -> bool:
        counted = {row.account_id: (row.followers, row.following) for row in tx.execute(sa.select(graph_count))}
        rows = tx.execute(sa.select(follow.c.follower_id, follow.c.followee_id)).tuples().all()
        followers = [followee for _, followee in rows]
        following = [follower for follower, _ in rows]
        people = {*counted, *followers, *following}
        return all(counted.get(p, (0, 0)) == (followers.count(p), following.count(p)) for p in people)

    return db.read_sync(compare)


def test_bo_follows_mei(db: Database, cast: Cast):
    standing = db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    assert standing.following
    assert not standing.friends
    assert db.read_sync(relationship, viewer_id=cast.mei, person_id=cast.bo).followed_by
    assert db.read_sync(graph_counts, cast.mei) == GraphCounts(followers=1, following=0)
    assert db.read_sync(graph_counts, cast.bo) == GraphCounts(followers=0, following=1)
    [event] = emitted(db, PersonFollowed)
    assert (event.follower_id, event.followee_id, event.at) == (cast.bo, cast.mei, db.clock.now())


def test_following_twice_is_following_once(db: Database, cast: Cast):
    first = db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    again = db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    assert again == first
    assert len(emitted(db, PersonFollowed)) == 1
    assert db.read_sync(graph_counts, cast.mei).followers == 1


def test_who_follow_each_other_are_friends(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.lan, followee_id=cast.mei)
    standing = db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.lan)

    assert standing.friends
    assert db.read_sync(are_friends, cast.lan, cast.mei)
    assert not db.read_sync(are_friends, cast.lan, cast.bo)


def test_unfollowing_takes_it_back_once(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    for _ in range(2):
        standing = db.write_sync(unfollow_person, follower_id=cast.bo, followee_id=cast.mei)
        assert not standing.following

    assert db.read_sync(graph_counts, cast.mei).followers == 0
    assert len(emitted(db, PersonUnfollowed)) == 1


def test_nobody_follows_themselves_or_a_stranger_that_is_not_there(db: Database, cast: Cast):
    with pytest.raises(CannotFollowOneself):
        db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.mei)
    with pytest.raises(NotFound):
        db.write_sync(follow_person, follower_id=cast.mei, followee_id=4711)
    with pytest.raises(NotFound):
        db.write_sync(unfollow_person, follower_id=cast.mei, followee_id=4711)
    assert emitted(db, PersonFollowed) == []


def test_a_block_stands_in_the_way_in_both_directions(db: Database, cast: Cast):
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)

    with pytest.raises(NotFound):  # Hao cannot tell a block from an account that is gone.
        db.write_sync(follow_person, follower_id=cast.hao, followee_id=cast.mei)
    with pytest.raises(PersonIsBlocked):
        db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.hao)


def test_twenty_taps_at_once_are_one_follow(db: Database, cast: Cast):
    bo, mei = cast.bo, cast.mei
    answers = at_once([lambda: db.write_sync(follow_person, follower_id=bo, followee_id=mei)] * 20)

    assert all(answer.following for answer in answers)
    assert len(emitted(db, PersonFollowed)) == 1
    assert counts_match_rows(db)
    assert db.read_sync(graph_counts, mei).followers == 1


def test_two_that_follow_each_other_at_once_become_friends(db: Database, cast: Cast):
    mei, lan = cast.mei, cast.lan
    for _ in range(5):
        at_once(
            [
                lambda: db.write_sync(follow_person, follower_id=mei, followee_id=lan),
                lambda: db.write_sync(follow_person, follower_id=lan, followee_id=mei),
            ]
        )
        assert db.read_sync(are_friends, mei, lan)
        at_once(
            [
                lambda: db.write_sync(unfollow_person, follower_id=mei, followee_id=lan),
                lambda: db.write_sync(unfollow_person, follower_id=lan, followee_id=mei),
            ]
        )
    assert counts_match_rows(db)
    assert db.read_sync(graph_counts, mei) == GraphCounts()


def test_a_crowd_that_comes_and_goes_leaves_exact_counters(db: Database, cast: Cast):
    mei, crowd = cast.mei, cast.crowd(20)
    comings = [lambda who=who: db.write_sync(follow_person, follower_id=who, followee_id=mei) for who in crowd]
    goings = [lambda who=who: db.write_sync(unfollow_person, follower_id=who, followee_id=mei) for who in crowd[:10]]

    at_once(comings + goings)

    assert counts_match_rows(db)
    assert 10 <= db.read_sync(graph_counts, mei).followers <= 20
