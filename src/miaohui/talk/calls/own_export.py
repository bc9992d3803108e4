"""A person's calls in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.people.accounts.queries import person_cards
from miaohui.talk.calls.queries import calls_of
from miaohui.talk.calls.states import CallKind, Outcome


class ExportedCall(msgspec.Struct, frozen=True, kw_only=True):
    """With whom, when, how long, and what became of it."""

    with_handle: str | None
    outgoing: bool
    kind: CallKind
    outcome: Outcome | None
    rang_at: datetime
    duration_s: int


def calls_for_export(tx: Tx, account_id: int) -> Iterator[ExportedCall]:
    """Yield the person's calls, newest first."""
    handles: dict[int, str | None] = {}
    for one in list(calls_of(tx, account_id)):
        other_id = one.other_than(account_id)
        if other_id not in handles:
            card = person_cards(tx, [other_id]).get(other_id)
            handles[other_id] = None if card is None else card.handle
        yield ExportedCall(
            with_handle=handles[other_id],
            outgoing=account_id == one.caller_id,
            kind=one.kind,
            outcome=one.outcome,
            rang_at=one.rang_at,
            duration_s=one.duration_s,
        )
