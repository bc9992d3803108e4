"""Mutes and remark names: between a person and themselves."""

import pytest

from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import CannotMuteOneself, mute_person
from miaohui.people.graph.actions.remark_person import CannotRemarkOneself, clear_remark, remark_person
from miaohui.people.graph.actions.unmute_person import unmute_person
from miaohui.people.graph.events import PersonMuted, PersonUnmuted
from miaohui.people.graph.queries import hidden_from, muted_by, relationship
from tests.cast import Cast
from tests.emitted import emitted


def test_a_mute_is_known_to_the_muter_alone_and_ends_no_follow(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    for _ in range(2):
        standing = db.write_sync(mute_person, muter_id=cast.bo, muted_id=cast.mei)
        assert standing.muted
        assert standing.following

    assert db.read_sync(muted_by, cast.bo) == {cast.mei}
    assert db.read_sync(hidden_from, cast.bo) == frozenset()
    assert not db.read_sync(relationship, viewer_id=cast.mei, person_id=cast.bo).muted
    assert len(emitted(db, PersonMuted)) == 1

    for _ in range(2):
        assert not db.write_sync(unmute_person, muter_id=cast.bo, muted_id=cast.mei).muted
    assert len(emitted(db, PersonUnmuted)) == 1


def test_a_remark_name_is_its_owners_alone(db: Database, cast: Cast):
    db.write_sync(remark_person, owner_id=cast.bo, person_id=cast.mei, name="糖画阿梅")
    standing = db.write_sync(remark_person, owner_id=cast.bo, person_id=cast.mei, name="Mei from the fair")

    assert standing.remark == "Mei from the fair"
    assert db.read_sync(relationship, viewer_id=cast.mei, person_id=cast.bo).remark is None
    for _ in range(2):
        assert db.write_sync(clear_remark, owner_id=cast.bo, person_id=cast.mei).remark is None


def test_neither_oneself_nor_who_blocked_one(db: Database, cast: Cast):
    with pytest.raises(CannotMuteOneself):
        db.write_sync(mute_person, muter_id=cast.mei, muted_id=cast.mei)
    with pytest.raises(CannotRemarkOneself):
        db.write_sync(remark_person, owner_id=cast.mei, person_id=cast.mei, name="me")
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    with pytest.raises(NotFound):
        db.write_sync(mute_person, muter_id=cast.hao, muted_id=cast.mei)
    with pytest.raises(NotFound):
        db.write_sync(remark_person, owner_id=cast.hao, person_id=cast.mei, name="x")
