"""Begin to pay for a trade."""

from miaohui.commerce.orders.locks import lock_trade
from miaohui.commerce.orders.queries import orders_of_trade
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.money.ledger.accounts import escrow
from miaohui.money.payments.actions.open_payment import AlreadyPaid, open_payment
from miaohui.money.payments.queries import Part, Payment


class TradeClosed(Refusal):
    """The time to pay is over, or the order was cancelled."""

    code = "trade_closed"
    status = 409
    title = "This order is closed and can no longer be paid"


def begin_payment(tx: Tx, *, trade_id: int, buyer_id: int, provider: str, way: str = "") -> Payment:
    """Write down the intent to pay for a trade; each order's part goes to its own escrow.

    However often it is asked, one payment comes of it. Raises NotFound, TradeClosed, AlreadyPaid.
    """
    found = lock_trade(tx, trade_id)
    if found is None or found.buyer_id != buyer_id:
        raise NotFound
    if found.state == "paid":
        raise AlreadyPaid
    if found.state == "closed" or found.pay_by <= tx.now:
        raise TradeClosed
    orders = orders_of_trade(tx, trade_id)
    return open_payment(
        tx,
        purpose="trade",
        subject_id=trade_id,
        payer_id=buyer_id,
        provider=provider,
        way=way,
        parts=[
            Part(account_code=escrow(one.id), amount_minor=one.payable_minor) for one in orders if one.payable_minor
        ],
        currency=found.currency,
        description=f"Miaohui {trade_id}",
        closes_at=found.pay_by,
    )
