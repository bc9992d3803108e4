"""Lets a person decide whether the feed learns from them."""

from miaohui.discovery.feed.signal_log import LoggedSignal, Signal, append_signals
from miaohui.discovery.feed.tables import interest_setting
from miaohui.kit.db import Tx, insert_or_update


def choose_learning(tx: Tx, *, person_id: int, personalised: bool) -> list[LoggedSignal]:
    """Pause or resume both learning from a person and using what was learned; return the row that says so.

    What was learned before stays, unused, until the person resumes or resets it.
    """
    insert_or_update(
        tx,
        interest_setting,
        {"person_id": person_id, "personalised": personalised, "reset_at": None},
        key=["person_id"],
        changes={"personalised": personalised},
    )
    return append_signals(tx, [Signal(person_id=person_id, kind="resume" if personalised else "pause", at=tx.now)])
