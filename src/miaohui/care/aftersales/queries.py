"""Reads of cases, disputes and evidence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from miaohui.care.aftersales.rules import BoughtLine
from miaohui.care.aftersales.states import ENDED, CaseState, DisputeState, Kind, Party, Side, Verdict
from miaohui.care.aftersales.tables import aftersale, aftersale_move, dispute, dispute_move, evidence
from miaohui.commerce.orders.tables import order_line, shop_order
from miaohui.kit.db import Tx
from miaohui.kit.paging import Position


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An after-sales case as it stands in the database."""

    id: int
    order_id: int
    order_line_id: int
    shop_id: int
    buyer_id: int
    kind: Kind
    state: CaseState
    is_open: bool
    reason: str
    words: str
    quantity: int
    asked_minor: int
    offered_minor: int | None
    offered_kind: Literal["refund_only", "return_refund"] | None
    offers: int
    agreed_minor: int | None
    currency: str
    was_shipped: bool
    refund_id: int | None
    wanted_variant_id: int | None
    return_signed_at: datetime | None
    deadline_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute as it stands in the database."""

    id: int
    aftersale_id: int
    shop_id: int
    buyer_id: int
    state: DisputeState
    round: int
    proof_from: Literal["buyer", "shop", "both"] | None
    proof_asked_at: datetime | None
    awarded_minor: int | None
    verdict: Verdict | None
    appealed_by: Party | None
    judged_by: int | None
    deadline_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    goods_first: bool = False


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a case or a dispute."""

    from_state: str | None
    to_state: str
    by_side: Side
    by_id: int | None
    words: str
    at: datetime


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of evidence. file: its key in kit.blobs, None for words alone."""

    id: int
    aftersale_id: int
    by_side: Party
    by_id: int
    file: str | None
    words: str
    at: datetime


class Bought(BoughtLine, frozen=True, kw_only=True):
    """An order line on which a case may stand."""

    id: int
    order_id: int
    shop_id: int
    buyer_id: int
    product_id: int
    variant_id: int
    currency: str


def case_columns() -> Sequence[sa.Column[Any]]:
    """Return the columns of a Case."""
    return [aftersale.c[name] for name in Case.__struct_fields__]


def dispute_columns() -> Sequence[sa.Column[Any]]:
    """Return the columns of a Dispute."""
    return [dispute.c[name] for name in Dispute.__struct_fields__]


def case_by_id(tx: Tx, aftersale_id: int) -> Case | None:
    """Return a case, whoever asks."""
    return tx.one(sa.select(*case_columns()).where(aftersale.c.id == aftersale_id), Case)


def cases_of_line(tx: Tx, *, order_line_id: int) -> list[Case]:
    """Return all cases of an order line, oldest first."""
    of_line = aftersale.c.order_line_id == order_line_id
    return tx.all(sa.select(*case_columns()).where(of_line).order_by(aftersale.c.id), Case)


def cases_of_order(tx: Tx, *, order_id: int) -> list[Case]:
    """Return all cases of an order, oldest first."""
    return tx.all(sa.select(*case_columns()).where(aftersale.c.order_id == order_id).order_by(aftersale.c.id), Case)


def cases_of_buyer(tx: Tx, *, buyer_id: int, after: Position | None, limit: int) -> list[Case]:
    """Return a buyer's cases, newest first; up to `limit`."""
    return _newest(tx, aftersale.c.buyer_id == buyer_id, after=after, limit=limit)


def cases_of_shop(
    tx: Tx, *, shop_id: int, state: CaseState | None, only_open: bool, after: Position | None, limit: int
) -> list[Case]:
    """Return a shop's cases, newest first; up to `limit`."""
    wanted = [aftersale.c.shop_id == shop_id]
    if state is not None:
        wanted.append(aftersale.c.state == state)
    if only_open:
        wanted.append(aftersale.c.is_open)
    return _newest(tx, sa.and_(*wanted), after=after, limit=limit)


def cases_awaiting_shop(tx: Tx, *, shop_id: int, limit: int) -> list[Case]:
    """Return the cases in which it is the shop's turn, the most pressing first."""
    turn = aftersale.c.state.in_(["applied", "return_shipped", "wait_reship"])
    awaited = sa.select(*case_columns()).where(
        aftersale.c.shop_id == shop_id, turn, aftersale.c.deadline_at.is_not(None)
    )
    return tx.all(awaited.order_by(aftersale.c.deadline_at, aftersale.c.id).limit(limit), Case)


def disputes_awaiting_shop(tx: Tx, *, shop_id: int, limit: int) -> list[Dispute]:
    """Return the disputes in which a shop is asked for proof, the most pressing first."""
    asked = (
        dispute.c.shop_id == shop_id,
        dispute.c.state == "wait_proof",
        dispute.c.proof_from.in_(["shop", "both"]),
        dispute.c.deadline_at.is_not(None),
    )
    columns = dispute_columns()
    return tx.all(sa.select(*columns).where(*asked).order_by(dispute.c.deadline_at, dispute.c.id).limit(limit), Dispute)


def open_cases_of_shop(tx: Tx, shop_id: int) -> int:
    """Return how many of a shop's cases are not at their end."""
    still_open = (aftersale.c.shop_id == shop_id, aftersale.c.state.not_in(sorted(ENDED)))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(aftersale).where(*still_open)))


def moves_of_case(tx: Tx, *, aftersale_id: int) -> list[Move]:
    """Return every step of a case, oldest first."""
    columns = [aftersale_move.c[name] for name in Move.__struct_fields__]
    of_case = aftersale_move.c.aftersale_id == aftersale_id
    return tx.all(sa.select(*columns).where(of_case).order_by(aftersale_move.c.id), Move)


def dispute_of_case(tx: Tx, *, aftersale_id: int) -> Dispute | None:
    """Return the dispute about a case, if there is one."""
    return tx.one(sa.select(*dispute_columns()).where(dispute.c.aftersale_id == aftersale_id), Dispute)


def dispute_by_id(tx: Tx, dispute_id: int) -> Dispute | None:
    """Return a dispute, whoever asks."""
    return tx.one(sa.select(*dispute_columns()).where(dispute.c.id == dispute_id), Dispute)


def moves_of_dispute(tx: Tx, *, dispute_id: int) -> list[Move]:
    """Return every step of a dispute, oldest first."""
    columns = [dispute_move.c[name] for name in Move.__struct_fields__]
    of_dispute = dispute_move.c.dispute_id == dispute_id
    return tx.all(sa.select(*columns).where(of_dispute).order_by(dispute_move.c.id), Move)


def disputes_to_decide(tx: Tx, *, state: DisputeState | None, after: Position | None, limit: int) -> list[Dispute]:
    """Return disputes, those opened first in front; up to `limit`. Without a state: all that are not over."""
    wanted = dispute.c.state == state if state else dispute.c.closed_at.is_(None)
    place = (dispute.c.opened_at, dispute.c.id)
    statement = sa.select(*dispute_columns()).where(wanted)
    if after is not None:
        statement = statement.where(sa.tuple_(*place) > _literal(place, after))
    return tx.all(statement.order_by(*place).limit(limit), Dispute)


def evidence_of_case(tx: Tx, *, aftersale_id: int) -> list[Piece]:
    """Return what both sides have shown, oldest first."""
    columns = [evidence.c[name] for name in Piece.__struct_fields__]
    return tx.all(sa.select(*columns).where(evidence.c.aftersale_id == aftersale_id).order_by(evidence.c.id), Piece)


def evidence_by_id(tx: Tx, evidence_id: int) -> Piece | None:
    """Return a piece of evidence, whoever asks."""
    columns = [evidence.c[name] for name in Piece.__struct_fields__]
    return tx.one(sa.select(*columns).where(evidence.c.id == evidence_id), Piece)


def bought_line(tx: Tx, order_line_id: int) -> Bought | None:
    """Return what of an order line and its order decides about a case."""
    columns: dict[str, sa.ColumnElement[Any]] = {
        **dict(order_line.c.items()),
        "order_state": shop_order.c.state,
        "delivered_at": shop_order.c.delivered_at,
        "completed_at": shop_order.c.completed_at,
        "shop_id": shop_order.c.shop_id,
        "buyer_id": shop_order.c.buyer_id,
        "currency": shop_order.c.currency,
        "returned": order_line.c.refunded_quantity - order_line.c.cancelled,
    }
    wanted = [columns[name].label(name) for name in Bought.__struct_fields__]
    joined = sa.select(*wanted).join_from(order_line, shop_order, order_line.c.order_id == shop_order.c.id)
    return tx.one(joined.where(order_line.c.id == order_line_id), Bought)


def _newest(tx: Tx, wanted: sa.ColumnElement[bool], *, after: Position | None, limit: int) -> list[Case]:
    place = (aftersale.c.opened_at, aftersale.c.id)
    statement = sa.select(*case_columns()).where(wanted)
    if after is not None:
        statement = statement.where(sa.tuple_(*place) < _literal(place, after))
    return tx.all(statement.order_by(*(column.desc() for column in place)).limit(limit), Case)


def _literal(columns: Sequence[sa.Column[Any]], values: Sequence[Any]) -> sa.Tuple:
    return sa.tuple_(*(sa.literal(value, column.type) for column, value in zip(columns, values, strict=True)))
