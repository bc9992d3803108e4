"""Erase what calls hold of a deleted account."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.talk.calls.actions.end_call import end_without_word
from miaohui.talk.calls.queries import call_of
from miaohui.talk.calls.tables import call


def erase_calls(tx: Tx, *, account_id: int) -> None:
    """End the call that a person is in, and delete all rows of theirs. Doing it again finds nothing to do."""
    if (found := call_of(tx, account_id)) is not None:
        end_without_word(tx, found)
    theirs = sa.or_(call.c.caller_id == account_id, call.c.callee_id == account_id)
    tx.execute(sa.delete(call).where(theirs))
