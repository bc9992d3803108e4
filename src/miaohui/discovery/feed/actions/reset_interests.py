"""Lets a person begin anew."""

from miaohui.discovery.feed.signal_log import LoggedSignal, Signal, append_signals
from miaohui.discovery.feed.tables import interest_setting
from miaohui.kit.db import Tx, insert_or_update


def reset_interests(tx: Tx, *, person_id: int) -> list[LoggedSignal]:
    """Forget what was learned of a person, and return the row that says so.

    What they have seen and what they sent away stays known, so that a fresh start is not a repetition.
    """
    insert_or_update(
        tx,
        interest_setting,
        {"person_id": person_id, "personalised": True, "reset_at": tx.now},
        key=["person_id"],
        changes={"reset_at": tx.now},
    )
    return append_signals(tx, [Signal(person_id=person_id, kind="reset", at=tx.now)])
