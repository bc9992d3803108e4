"""What must always hold for trades, orders and their lines (COMMERCE.md, §14)."""

from typing import Any

import sqlalchemy as sa

from miaohui.commerce.orders.states import MOVES
from miaohui.commerce.orders.tables import order_line, order_line_share, order_move, shop_order, trade
from miaohui.kit.audits import audit
from miaohui.kit.idempotency import idempotency_key
from miaohui.money.ledger.tables import ledger_account
from miaohui.money.payments.tables import refund


@audit("orders.escrow_ends_empty", "An order that was closed has nothing left in its escrow.")
def escrow_ends_empty(dialect: str) -> sa.Select[Any]:
    code = sa.literal("escrow:").concat(sa.cast(shop_order.c.id, sa.Text))
    return (
        sa.select(shop_order.c.id.label("order_id"), ledger_account.c.balance_minor)
        .join(ledger_account, ledger_account.c.code == code)
        .where(shop_order.c.state == "closed", ledger_account.c.balance_minor != 0)
    )


@audit("orders.refunds_within_lines", "What went back of an order is what its lines say, and no more than was paid.")
def refunds_within_lines(dialect: str) -> sa.Select[Any]:
    lines = (
        sa.select(
            trade.c.payment_id,
            sa.func.sum(order_line.c.refunded_minor).label("lines_minor"),
            sa.func.sum(order_line.c.payable_minor).label("paid_minor"),
        )
        .join_from(order_line, shop_order, shop_order.c.id == order_line.c.order_id)
        .join(trade, trade.c.id == shop_order.c.trade_id)
        .where(trade.c.payment_id.is_not(None))
        .group_by(trade.c.payment_id)
        .subquery()
    )
    asked = (
        sa.select(refund.c.payment_id, sa.func.sum(refund.c.amount_minor).label("asked_minor"))
        .group_by(refund.c.payment_id)
        .subquery()
    )
    back = sa.func.coalesce(asked.c.asked_minor, 0)
    return (
        sa.select(lines.c.payment_id, lines.c.lines_minor, lines.c.paid_minor, back.label("asked_minor"))
        .outerjoin_from(lines, asked, asked.c.payment_id == lines.c.payment_id)
        .where(sa.or_(back > lines.c.lines_minor, lines.c.lines_minor > lines.c.paid_minor))
    )


@audit("orders.lines_sum_up", "The lines of an order sum to it, and the orders of a trade to that.")
def lines_sum_up(dialect: str) -> sa.Select[Any]:
    of_order = (
        sa.select(
            shop_order.c.id,
            shop_order.c.payable_minor,
            sa.func.coalesce(sa.func.sum(order_line.c.payable_minor), 0).label("parts_minor"),
        )
        .outerjoin_from(shop_order, order_line, order_line.c.order_id == shop_order.c.id)
        .group_by(shop_order.c.id, shop_order.c.payable_minor)
    )
    of_trade = (
        sa.select(
            trade.c.id,
            trade.c.payable_minor,
            sa.func.coalesce(sa.func.sum(shop_order.c.payable_minor), 0).label("parts_minor"),
        )
        .outerjoin_from(trade, shop_order, shop_order.c.trade_id == trade.c.id)
        .group_by(trade.c.id, trade.c.payable_minor)
    )
    sums = sa.union_all(of_order, of_trade).subquery()
    return sa.select(sums).where(sums.c.payable_minor != sums.c.parts_minor)


@audit("orders.shares_sum_up", "The shares of a line's discounts sum to its discount and to what others bear of it.")
def shares_sum_up(dialect: str) -> sa.Select[Any]:
    share = order_line_share.c
    off_goods = sa.case((share.step == "freight", 0), else_=share.amount_minor)
    shares = (
        sa.select(
            share.order_line_id,
            sa.func.sum(off_goods).label("off_minor"),
            sa.func.sum(share.platform_minor).label("platform_minor"),
            sa.func.sum(share.ad_minor).label("ad_minor"),
        )
        .group_by(share.order_line_id)
        .subquery()
    )
    off, platform, ad = (
        sa.func.coalesce(column, 0) for column in (shares.c.off_minor, shares.c.platform_minor, shares.c.ad_minor)
    )
    line = order_line.c
    return (
        sa.select(line.id, line.discount_minor, off.label("off_minor"))
        .outerjoin_from(order_line, shares, shares.c.order_line_id == line.id)
        .where(
            sa.or_(
                off != line.discount_minor,
                platform != line.platform_subsidy_minor,
                ad != line.ad_subsidy_minor,
            )
        )
    )


@audit("orders.answers_are_remembered", "Every key of a request that was kept has its answer beside it.")
def answers_are_remembered(dialect: str) -> sa.Select[Any]:
    keys = idempotency_key.c
    return sa.select(keys.actor_id, keys.key).where(keys.response.is_(None))


@audit("orders.only_listed_moves", "Orders only ever moved as the table of moves allows, each move after the other.")
def only_listed_moves(dialect: str) -> sa.Select[Any]:
    move = order_move.c
    listed = [
        sa.and_(move.from_state == origin, move.to_state.in_(sorted({origin, *MOVES[origin]}))) for origin in MOVES
    ]
    begun = sa.and_(move.from_state.is_(None), move.to_state == "created")
    return sa.select(move.id, move.order_id, move.from_state, move.to_state).where(~sa.or_(begun, *listed))


@audit("orders.state_is_the_last_move", "An order is where its moves have brought it, and came to each state once.")
def state_is_the_last_move(dialect: str) -> sa.Select[Any]:
    move = order_move.c
    arrived = sa.exists().where(move.order_id == shop_order.c.id, move.to_state == shop_order.c.state)
    went_on = sa.exists().where(
        move.order_id == shop_order.c.id, move.from_state == shop_order.c.state, move.to_state != shop_order.c.state
    )
    twice = (
        sa.select(move.order_id)
        .where(sa.or_(move.from_state.is_(None), move.from_state != move.to_state))
        .group_by(move.order_id, move.to_state)
        .having(sa.func.count() > 1)
    )
    astray = sa.or_(~arrived, went_on, shop_order.c.id.in_(twice))
    return sa.select(shop_order.c.id, shop_order.c.state).where(astray)


@audit("orders.trade_and_orders_agree", "Orders of a trade are unpaid, paid or given up as their trade is.")
def trade_and_orders_agree(dialect: str) -> sa.Select[Any]:
    agree = sa.or_(
        sa.and_(trade.c.state == "created", shop_order.c.state == "created"),
        sa.and_(trade.c.state == "closed", shop_order.c.state == "closed", shop_order.c.paid_at.is_(None)),
        sa.and_(trade.c.state == "paid", shop_order.c.state != "created", shop_order.c.paid_at.is_not(None)),
    )
    return (
        sa.select(shop_order.c.id, shop_order.c.state, trade.c.state.label("trade_state"))
        .join(trade, trade.c.id == shop_order.c.trade_id)
        .where(~agree)
    )
