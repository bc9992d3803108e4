"""Be shown no more of what somebody publishes, without their knowing."""

from datetime import datetime

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.people.graph.access import access_profile
from miaohui.people.graph.events import PersonMuted
from miaohui.people.graph.queries import Relationship, relationship
from miaohui.people.graph.tables import mute


class CannotMuteOneself(Refusal):
    """Both are the same person."""

    code = "cannot_mute_oneself"
    status = 409
    title = "You cannot mute yourself"


def mute_person(tx: Tx, *, muter_id: int, muted_id: int, at: datetime | None = None) -> Relationship:
    """Keep a person's publications out of the muter's feeds; follows stay, and so does all else.

    Raises CannotMuteOneself, and NotFound if there is no such person or they blocked the muter.
    """
    if muter_id == muted_id:
        raise CannotMuteOneself
    access_profile(tx, person_id=muted_id, viewer_id=muter_id)
    muted_at = at or tx.now
    if insert_if_absent(tx, mute, {"muter_id": muter_id, "muted_id": muted_id, "muted_at": muted_at}):
        tx.emit(PersonMuted(muter_id=muter_id, muted_id=muted_id, at=muted_at))
    return relationship(tx, viewer_id=muter_id, person_id=muted_id)
