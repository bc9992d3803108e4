"""Block somebody."""

from datetime import datetime

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.people.graph.access import access_account
from miaohui.people.graph.actions.unfollow_person import remove_follow
from miaohui.people.graph.events import PersonBlocked
from miaohui.people.graph.locks import lock_people
from miaohui.people.graph.queries import Relationship, relationship
from miaohui.people.graph.tables import block


class CannotBlockOneself(Refusal):
    """Both are the same person."""

    code = "cannot_block_oneself"
    status = 409
    title = "You cannot block yourself"


def block_person(tx: Tx, *, blocker_id: int, blocked_id: int, at: datetime | None = None) -> Relationship:
    """Let two people meet no more, and end what follows there are between them, in both directions.

    Raises CannotBlockOneself, and NotFound if there is no such person. Somebody who blocked the
    blocker can be blocked as well.
    """
    if blocker_id == blocked_id:
        raise CannotBlockOneself
    access_account(tx, blocked_id)
    lock_people(tx, (blocker_id, blocked_id))
    # Asked again under the lock: the account may have been deleted meanwhile.
    access_account(tx, blocked_id)
    blocked_at = at or tx.now
    if insert_if_absent(tx, block, {"blocker_id": blocker_id, "blocked_id": blocked_id, "blocked_at": blocked_at}):
        remove_follow(tx, follower_id=blocker_id, followee_id=blocked_id, at=blocked_at)
        remove_follow(tx, follower_id=blocked_id, followee_id=blocker_id, at=blocked_at)
        tx.emit(PersonBlocked(blocker_id=blocker_id, blocked_id=blocked_id, at=blocked_at))
    return relationship(tx, viewer_id=blocker_id, person_id=blocked_id)
