"""End a call, whatever state it is in."""

from miaohui.kit.db import Tx
from miaohui.talk.calls.access import access_call
from miaohui.talk.calls.endings import finish_call, overdue_outcome
from miaohui.talk.calls.queries import Call, call_by_id
from miaohui.talk.calls.states import Outcome


def end_call(tx: Tx, *, call_id: int, person_id: int, connected: bool = True) -> Call:
    """Cancel what one rings, decline what rings, or hang up; ending again changes nothing.

    connected: False if the two never heard each other; then it counts as failed.
    Raises NotFound for others' calls.
    """
    found = access_call(tx, call_id=call_id, person_id=person_id)
    # An answer may come between; then it is hung up instead.
    while found.state != "ended":
        outcome = _outcome(found, person_id=person_id, connected=connected)
        finish_call(tx, found, outcome=outcome, by_id=person_id)
        found = access_call(tx, call_id=call_id, person_id=person_id)
    return found


def end_by_clock(tx: Tx, *, call_id: int) -> Call | None:
    """End a call that nobody answered or whose devices are silent; return it if it goes on."""
    found = call_by_id(tx, call_id)
    if found is None or found.state == "ended":
        return None
    outcome = overdue_outcome(tx, found)
    if outcome is None:
        return found
    finish_call(tx, found, outcome=outcome, by_id=None)
    return None


def end_without_word(tx: Tx, found: Call) -> None:
    """End a live call because of a block or a device that was signed out."""
    current: Call | None = found
    while current is not None and current.state != "ended":
        finish_call(tx, current, outcome="completed" if current.state == "active" else "cancelled", by_id=None)
        current = call_by_id(tx, found.id)


def _outcome(found: Call, *, person_id: int, connected: bool) -> Outcome:
    if found.state == "active":
        return "completed" if connected else "failed"
    return "cancelled" if person_id == found.caller_id else "declined"
