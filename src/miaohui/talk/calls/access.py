"""Who may have to do with a call: its two people, while neither has blocked the other."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.http.viewer import Viewer
from miaohui.people.graph.queries import blocked_either_way
from miaohui.talk.calls.queries import Call, call_by_id


def access_call(tx: Tx, *, call_id: int, person_id: int) -> Call:
    """Return a call of a person. Raises NotFound if it is others', or the two must not meet (any more)."""
    found = call_by_id(tx, call_id)
    if found is None or person_id not in (found.caller_id, found.callee_id):
        raise NotFound
    if blocked_either_way(tx, found.caller_id, found.callee_id):
        raise NotFound
    return found


def access_call_here(tx: Tx, *, call_id: int, person_id: int, device_id: int) -> Call:
    """Return a call in which this device is. Raises NotFound also for the person's other devices."""
    found = access_call(tx, call_id=call_id, person_id=person_id)
    if not found.is_in(device_id):
        raise NotFound
    return found


def may_hear_call(tx: Tx, viewer: Viewer, *, call_id: int) -> bool:
    """Rule of the topic `calls:{call_id}`: only the two devices that are in it."""
    if viewer.session is None:
        return False
    access_call_here(tx, call_id=call_id, person_id=viewer.session.account_id, device_id=viewer.session.device_id)
    return True
