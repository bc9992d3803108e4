"""Moves cases and disputes between states: the conditional UPDATE, the row of it, the event and the timer."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.care.aftersales.events import AftersaleMoved, DisputeMoved
from miaohui.care.aftersales.queries import Case, Dispute
from miaohui.care.aftersales.rules import STATE_LASTS
from miaohui.care.aftersales.states import CASE_MOVES, DISPUTE_MOVES, ENDED, CaseState, DisputeState, Side
from miaohui.care.aftersales.tables import aftersale, aftersale_move, dispute, dispute_move
from miaohui.commerce.inventory.actions.release_stock import release_stock
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.money.settlement.actions.unhold_line import unhold_line

DISPUTE_ENDED: frozenset[DisputeState] = frozenset(state for state, onward in DISPUTE_MOVES.items() if not onward)


class CaseMoved(Conflict):
    """The case is in another state than the act needs; `state` tells which."""

    code = "aftersales_case_moved"
    status = 409
    title = "This case has gone on meanwhile"


def require_state(found: Case | Dispute, allowed: Collection[str]) -> None:
    """Raise CaseMoved unless the case or dispute is in one of these states."""
    if found.state not in allowed:
        raise CaseMoved(state=found.state)


def move_case(
    tx: Tx,
    found: Case,
    to_state: CaseState,
    *,
    by_side: Side,
    by_id: int | None,
    words: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Case:
    """Move a case that still is in the state in which it was found, and return it as it stands then.

    changes: further columns to set. The end of a case lets its settlement line go.
    Raises CaseMoved if somebody was faster, ValueError for a move that CASE_MOVES does not permit.
    """
    if to_state not in CASE_MOVES[found.state]:
        raise ValueError(f"a case does not go from {found.state} to {to_state}")
    lasts = STATE_LASTS.get(to_state)
    has_ended = to_state in ENDED
    values = {
        **(changes or {}),
        "state": to_state,
        "is_open": not has_ended,
        "deadline_at": None if lasts is None else tx.now + lasts,
        "closed_at": tx.now if has_ended else None,
    }
    here = sa.and_(aftersale.c.id == found.id, aftersale.c.state == found.state)
    if tx.changed(sa.update(aftersale).where(here).values(values)) == 0:
        raise CaseMoved
    moved = msgspec.structs.replace(found, **values)
    note_case(tx, moved, from_state=found.state, by_side=by_side, by_id=by_id, words=words, data=data)
    stage_case_deadline(tx, moved)
    if has_ended:
        unhold_line(tx, order_line_id=found.order_line_id, reason=f"aftersale:{found.id}")
        if found.kind == "exchange" and to_state != "done":
            release_stock(tx, order_line_ids=[found.id], reason="no exchange")
    tx.emit(
        AftersaleMoved(
            aftersale_id=found.id,
            order_id=found.order_id,
            order_line_id=found.order_line_id,
            shop_id=found.shop_id,
            buyer_id=found.buyer_id,
            kind=moved.kind,
            from_state=found.state,
            to_state=to_state,
            by_side=by_side,
            at=tx.now,
        )
    )
    return moved


def note_case(
    tx: Tx,
    moved: Case,
    *,
    from_state: CaseState | None,
    by_side: Side,
    by_id: int | None,
    words: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Leave the row of a move."""
    row = {"aftersale_id": moved.id, "from_state": from_state, "to_state": moved.state, "by_side": by_side}
    tx.execute(
        sa.insert(aftersale_move).values(
            id=new_id(), **row, by_id=by_id, words=words, data=None if data is None else dict(data), at=tx.now
        )
    )


def stage_case_deadline(tx: Tx, moved: Case) -> None:
    """Stage the job that moves the case on, if nobody has until its deadline."""
    if moved.deadline_at is None:
        return
    deadline_ms = to_ms(moved.deadline_at)
    stage_job(
        tx,
        "aftersales.act_on_deadline",
        unique_key=f"aftersales.deadline:{moved.id}:{moved.state}:{deadline_ms}",
        run_at=moved.deadline_at,
        aftersale_id=moved.id,
        state=moved.state,
        deadline_ms=deadline_ms,
    )


def move_dispute(
    tx: Tx,
    found: Dispute,
    to_state: DisputeState,
    *,
    by_side: Side,
    by_id: int | None,
    words: str = "",
    lasts: timedelta | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Dispute:
    """Move a dispute that still is in the state in which it was found, and return it as it stands then.

    lasts: how long the new state waits before the clock moves on; None for as long as the platform needs.
    Raises CaseMoved if somebody was faster, ValueError for a move that DISPUTE_MOVES does not permit.
    """
    if to_state not in DISPUTE_MOVES[found.state]:
        raise ValueError(f"a dispute does not go from {found.state} to {to_state}")
    values = {
        **(changes or {}),
        "state": to_state,
        "deadline_at": None if lasts is None else tx.now + lasts,
        "closed_at": tx.now if to_state in DISPUTE_ENDED else None,
    }
    here = sa.and_(dispute.c.id == found.id, dispute.c.state == found.state)
    if tx.changed(sa.update(dispute).where(here).values(values)) == 0:
        raise CaseMoved
    moved = msgspec.structs.replace(found, **values)
    note_dispute(tx, moved, from_state=found.state, by_side=by_side, by_id=by_id, words=words)
    _stage_dispute_deadline(tx, moved, moved.deadline_at)
    return moved


def note_dispute(
    tx: Tx, moved: Dispute, *, from_state: DisputeState | None, by_side: Side, by_id: int | None, words: str
) -> None:
    """Leave the row of a move, and tell."""
    row = {"dispute_id": moved.id, "from_state": from_state, "to_state": moved.state, "by_side": by_side}
    tx.execute(sa.insert(dispute_move).values(id=new_id(), **row, by_id=by_id, words=words, at=tx.now))
    tx.emit(
        DisputeMoved(
            dispute_id=moved.id,
            aftersale_id=moved.aftersale_id,
            shop_id=moved.shop_id,
            buyer_id=moved.buyer_id,
            from_state=from_state,
            to_state=moved.state,
            by_side=by_side,
            at=tx.now,
        )
    )


def _stage_dispute_deadline(tx: Tx, moved: Dispute, deadline_at: datetime | None) -> None:
    if deadline_at is None:
        return
    deadline_ms = to_ms(deadline_at)
    stage_job(
        tx,
        "aftersales.go_on_with_dispute",
        unique_key=f"aftersales.dispute:{moved.id}:{moved.state}:{deadline_ms}",
        run_at=deadline_at,
        dispute_id=moved.id,
        state=moved.state,
        deadline_ms=deadline_ms,
    )
