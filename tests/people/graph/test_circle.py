"""What feeds ask of the graph at every page, in one query."""

from miaohui.kit.db import Database
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.people.graph.queries import Circle, circle_of, followed_by_person, hidden_from, muted_by
from tests.cast import Cast


def test_the_circle_is_the_three_sets_together(db: Database, cast: Cast):
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    db.write_sync(follow_person, follower_id=cast.lan, followee_id=cast.bo)
    db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.hao)
    db.write_sync(block_person, blocker_id=cast.ines, blocked_id=cast.bo)
    db.write_sync(mute_person, muter_id=cast.bo, muted_id=cast.lan)

    circle = db.read_sync(circle_of, cast.bo)

    assert circle == Circle(
        following=frozenset({cast.mei}), hidden=frozenset({cast.hao, cast.ines}), muted=frozenset({cast.lan})
    )
    for person in (cast.bo, cast.mei, cast.hao, cast.ines, cast.lan):
        apart = Circle(
            following=db.read_sync(followed_by_person, person),
            hidden=db.read_sync(hidden_from, person),
            muted=db.read_sync(muted_by, person),
        )
        assert db.read_sync(circle_of, person) == apart
