"""Reads of settlement."""

from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position
from miaohui.money.settlement.split import Sale
from miaohui.money.settlement.tables import commission_hop, payout, settlement_line

LineState = Literal["in_escrow", "settleable", "settled", "void"]
PayoutState = Literal["requested", "paid", "failed"]


class SettlementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A sold line as it stands in the database.

    settle_after: empty until the order is completed. shop_minor, fee_minor: what the shop and the platform have
    of it now; empty until it is settled.
    """

    order_line_id: int
    order_id: int
    shop_id: int
    payment_id: int | None
    currency: str
    paid_minor: int
    platform_subsidy_minor: int
    ad_subsidy_minor: int
    ad_account: str | None
    goods_minor: int
    fee_bp: int
    refunded_paid_minor: int
    refunded_platform_minor: int
    refunded_ad_minor: int
    state: LineState
    holds: int
    settle_after: datetime | None
    settled_at: datetime | None
    shop_minor: int | None
    fee_minor: int | None

    @property
    def total_minor(self) -> int:
        """What was paid for the line by all who paid."""
        return self.paid_minor + self.platform_subsidy_minor + self.ad_subsidy_minor

    @property
    def kept_minor(self) -> int:
        """What of that is not refunded."""
        refunded = self.refunded_paid_minor + self.refunded_platform_minor + self.refunded_ad_minor
        return self.total_minor - refunded


class CommissionHop(msgspec.Struct, frozen=True):
    """A hop of a line's commission chain. kept_minor: what it has of the line now; empty until it is settled."""

    order_line_id: int
    position: int
    account_code: str
    rate_bp: int
    kept_minor: int | None


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way to somebody's bank."""

    id: int
    account_code: str
    shop_id: int | None
    amount_minor: int
    currency: str
    bank_account: str
    state: PayoutState
    failure: str | None
    requested_by: int
    requested_at: datetime
    finished_at: datetime | None


_LINE = tuple(settlement_line.c[name] for name in SettlementLine.__struct_fields__)
_HOP = tuple(commission_hop.c[name] for name in CommissionHop.__struct_fields__)
_PAYOUT = tuple(payout.c[name] for name in Payout.__struct_fields__)


def line_by_id(tx: Tx, order_line_id: int) -> SettlementLine | None:
    """Return a line, None while nothing is paid for it."""
    return tx.one(sa.select(*_LINE).where(settlement_line.c.order_line_id == order_line_id), SettlementLine)


def lines_of_order(tx: Tx, *, order_id: int) -> list[SettlementLine]:
    """Return all lines of an order."""
    mine = settlement_line.c.order_id == order_id
    return tx.all(sa.select(*_LINE).where(mine).order_by(settlement_line.c.order_line_id), SettlementLine)


def lines_of_shop(
    tx: Tx, *, shop_id: int, state: LineState | None, before_line_id: int | None, limit: int
) -> list[SettlementLine]:
    """Return a shop's lines, newest first; the ids of lines sort by the time of their making."""
    wanted = [settlement_line.c.shop_id == shop_id]
    if state is not None:
        wanted.append(settlement_line.c.state == state)
    if before_line_id is not None:
        wanted.append(settlement_line.c.order_line_id < before_line_id)
    found = sa.select(*_LINE).where(*wanted).order_by(settlement_line.c.order_line_id.desc())
    return tx.all(found.limit(limit), SettlementLine)


def hops_of_line(tx: Tx, order_line_id: int) -> list[CommissionHop]:
    """Return a line's commission chain, from the shop on."""
    mine = commission_hop.c.order_line_id == order_line_id
    return tx.all(sa.select(*_HOP).where(mine).order_by(commission_hop.c.position), CommissionHop)


def sale_of(line: SettlementLine, hops: list[CommissionHop]) -> Sale:
    """Return what a line's parts are reckoned from."""
    return Sale(line.total_minor, line.goods_minor, line.fee_bp, [hop.rate_bp for hop in hops])


def due_lines(tx: Tx, *, order_id: int | None = None, after: int = 0, limit: int = 500) -> list[int]:
    """Return lines that can be settled now, by id."""
    due = [
        settlement_line.c.state == "settleable",
        settlement_line.c.settle_after <= tx.now,
        settlement_line.c.holds == 0,
        settlement_line.c.order_line_id > after,
    ]
    if order_id is not None:
        due.append(settlement_line.c.order_id == order_id)
    column = settlement_line.c.order_line_id
    return tx.scalars(sa.select(column).where(*due).order_by(column).limit(limit))


def payout_by_id(tx: Tx, payout_id: int) -> Payout | None:
    """Return a payout, whoever asks."""
    return tx.one(sa.select(*_PAYOUT).where(payout.c.id == payout_id), Payout)


def payouts_of(
    tx: Tx, *, person_id: int | None = None, shop_id: int | None = None, after: Position | None, limit: int
) -> list[Payout]:
    """Return the payouts that a person has asked for themselves, or those of a shop, newest first."""
    whose = payout.c.shop_id == shop_id
    if shop_id is None:
        whose = sa.and_(payout.c.requested_by == person_id, payout.c.shop_id.is_(None))
    statement = sa.select(*_PAYOUT).where(whose)
    if after is not None:
        place = (payout.c.requested_at, payout.c.id)
        last = (sa.literal(value, column.type) for value, column in zip(after, place, strict=True))
        statement = statement.where(sa.tuple_(*place) < sa.tuple_(*last))
    return tx.all(statement.order_by(payout.c.requested_at.desc(), payout.c.id.desc()).limit(limit), Payout)


def hops_of_lines(tx: Tx, order_line_ids: list[int]) -> dict[int, int]:
    """Return how much commission there is on each of these lines that is settled and has some."""
    total = sa.func.sum(commission_hop.c.kept_minor)
    line_id = commission_hop.c.order_line_id
    rows = tx.execute(sa.select(line_id, total).where(line_id.in_(order_line_ids)).group_by(line_id)).tuples()
    return {key: int(amount or 0) for key, amount in rows}


def count_unsettled_of_shop(tx: Tx, shop_id: int) -> int:
    """Return how many sold lines of a shop are not settled yet."""
    waiting = (settlement_line.c.shop_id == shop_id, settlement_line.c.state.in_(["in_escrow", "settleable"]))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(settlement_line).where(*waiting)))


def unsettled_of_shop(tx: Tx, *, shop_id: int, currency: str) -> int:
    """Return what is paid for a shop's goods, not refunded and not settled yet."""
    line = settlement_line.c
    total = line.paid_minor + line.platform_subsidy_minor + line.ad_subsidy_minor
    refunded = line.refunded_paid_minor + line.refunded_platform_minor + line.refunded_ad_minor
    open_ones = (line.shop_id == shop_id, line.currency == currency, line.state.in_(["in_escrow", "settleable"]))
    return int(tx.scalar(sa.select(sa.func.coalesce(sa.func.sum(total - refunded), 0)).where(*open_ones)))
