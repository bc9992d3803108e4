"""Friends for stories about moments."""

from itertools import combinations

from miaohui.kit.db import Database, Tx
from miaohui.people.graph.actions.follow_person import follow_person


def befriend(db: Database, *people: int) -> None:
    """Let all of these people be friends with each other."""

    def follow_each_other(tx: Tx) -> None:
        for one, other in combinations(people, 2):
            follow_person(tx, follower_id=one, followee_id=other)
            follow_person(tx, follower_id=other, followee_id=one)

    db.write_sync(follow_each_other)
