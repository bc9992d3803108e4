"""Settlement as the API shows it."""

from datetime import datetime

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import InvalidCursor, cut_page, decode_cursor
from miaohui.money.ledger.accounts import deposit, owed_back, receivable, shop_available, withdrawing
from miaohui.money.ledger.queries import balances_of
from miaohui.money.settlement.actions.request_own_payout import OwnAccount, own_account
from miaohui.money.settlement.queries import (
    LineState,
    Payout,
    PayoutState,
    SettlementLine,
    hops_of_lines,
    lines_of_shop,
    payouts_of,
    unsettled_of_shop,
)

_OWN: tuple[OwnAccount, ...] = ("promoter", "wallet")
_LONGEST_ID = 19
_ENDING = 4
"""As much of a bank account as its owner knows it by, and nobody else can use."""


class OwnBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has in one of their accounts.

    account: `promoter` for earned commission, `wallet`. available_minor: can be drawn. withdrawing_minor: on its
    way to the bank. owed_minor: commission for what was refunded later, taken from the next earnings.
    """

    account: OwnAccount
    currency: str
    available_minor: int
    withdrawing_minor: int
    owed_minor: int


class OwnBalances(msgspec.Struct, frozen=True):
    """All accounts of a person."""

    items: list[OwnBalance]


class ShopBalances(msgspec.Struct, frozen=True, kw_only=True):
    """What a shop has. escrow_minor: paid for its goods and not settled yet. owed_minor: for refunds and advances."""

    currency: str
    escrow_minor: int
    available_minor: int
    withdrawing_minor: int
    deposit_minor: int
    owed_minor: int


class PayoutAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way to a bank. bank_account_ends: its last characters."""

    id: Id
    amount_minor: int
    currency: str
    bank_account_ends: str
    state: PayoutState
    failure: str | None
    requested_at: datetime
    finished_at: datetime | None


class Payouts(msgspec.Struct, frozen=True, kw_only=True):
    """A page of payouts, newest first. cursor: for the next one; null at the end."""

    items: list[PayoutAnswer]
    cursor: str | None


class SettlementLineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A sold line on its way to the shop.

    kept_minor: what is not refunded of paid_minor and subsidy_minor. shop_minor, fee_minor, commission_minor:
    the parts of it; null until it is settled. held: an open case keeps it from being settled.
    """

    order_line_id: Id
    order_id: Id
    currency: str
    paid_minor: int
    subsidy_minor: int
    kept_minor: int
    shop_minor: int | None
    fee_minor: int | None
    commission_minor: int | None
    state: LineState
    held: bool
    settle_after: datetime | None
    settled_at: datetime | None


class SettlementLines(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a shop's lines, newest first. cursor: for the next one; null at the end."""

    items: list[SettlementLineAnswer]
    cursor: str | None


def read_own_balances(tx: Tx, *, person_id: int, currency: str) -> OwnBalances:
    """Return what a person has in each of their accounts."""
    codes = {kind: own_account(kind, person_id) for kind in _OWN}
    wanted = [code for own in codes.values() for code in (own, withdrawing(own), owed_back(own))]
    held = balances_of(tx, codes=wanted, currency=currency)
    items = [
        OwnBalance(
            account=kind,
            currency=currency,
            available_minor=held[code],
            withdrawing_minor=held[withdrawing(code)],
            owed_minor=held[owed_back(code)],
        )
        for kind, code in codes.items()
    ]
    return OwnBalances(items)


def read_shop_balances(tx: Tx, *, shop_id: int, currency: str) -> ShopBalances:
    """Return what a shop has; whoever calls has made sure that the reader may."""
    available = shop_available(shop_id)
    codes = [available, withdrawing(available), deposit(shop_id), receivable(shop_id), owed_back(available)]
    held = balances_of(tx, codes=codes, currency=currency)
    return ShopBalances(
        currency=currency,
        escrow_minor=unsettled_of_shop(tx, shop_id=shop_id, currency=currency),
        available_minor=held[available],
        withdrawing_minor=held[withdrawing(available)],
        deposit_minor=held[deposit(shop_id)],
        owed_minor=held[receivable(shop_id)] + held[owed_back(available)],
    )


def read_payouts(
    tx: Tx, *, person_id: int | None = None, shop_id: int | None = None, cursor: str | None, limit: int
) -> Payouts:
    """Return a page of a person's own payouts, or of a shop's. Raises InvalidCursor."""
    found = payouts_of(tx, person_id=person_id, shop_id=shop_id, after=decode_cursor(cursor), limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.requested_at, one.id))
    return Payouts(items=[payout_answer(one) for one in shown], cursor=following)


def read_settlement_lines(
    tx: Tx, *, shop_id: int, state: LineState | None, cursor: str | None, limit: int
) -> SettlementLines:
    """Return a page of a shop's lines; whoever calls has made sure that the reader may. Raises InvalidCursor."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _LONGEST_ID):
        raise InvalidCursor
    before = None if cursor is None else int(cursor)
    found = lines_of_shop(tx, shop_id=shop_id, state=state, before_line_id=before, limit=limit + 1)
    shown = found[:limit]
    hops = hops_of_lines(tx, [line.order_line_id for line in shown])
    return SettlementLines(
        items=[_line_answer(line, hops.get(line.order_line_id, 0)) for line in shown],
        cursor=format_id(shown[-1].order_line_id) if len(found) > limit else None,
    )


def payout_answer(payout: Payout) -> PayoutAnswer:
    """Return a payout without the number of the bank account."""
    return PayoutAnswer(
        id=format_id(payout.id),
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        bank_account_ends=payout.bank_account[-_ENDING:],
        state=payout.state,
        failure=payout.failure,
        requested_at=payout.requested_at,
        finished_at=payout.finished_at,
    )


def _line_answer(line: SettlementLine, commission_minor: int) -> SettlementLineAnswer:
    return SettlementLineAnswer(
        order_line_id=format_id(line.order_line_id),
        order_id=format_id(line.order_id),
        currency=line.currency,
        paid_minor=line.paid_minor,
        subsidy_minor=line.platform_subsidy_minor + line.ad_subsidy_minor,
        kept_minor=line.kept_minor,
        shop_minor=line.shop_minor,
        fee_minor=line.fee_minor,
        commission_minor=commission_minor if line.state == "settled" else None,
        state=line.state,
        held=line.holds > 0,
        settle_after=line.settle_after,
        settled_at=line.settled_at,
    )
