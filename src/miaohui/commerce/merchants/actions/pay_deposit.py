"""Pay what is missing of a shop's deposit."""

from datetime import timedelta

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.deposits import deposit_of
from miaohui.commerce.merchants.states import SELLING, ShopNotInState
from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.open_payment import AlreadyPaid, open_payment
from miaohui.money.payments.queries import Part, Payment

OPEN_FOR = timedelta(hours=2)


def pay_deposit(tx: Tx, *, shop_id: int, by_id: int, provider: str, way: str = "") -> Payment:
    """Open a payment of what is missing; the shop opens by itself when the money is there.

    Asked again, the same payment goes on. Raises NotFound, Forbidden, ShopNotInState, AlreadyPaid.
    """
    found = access_shop(tx, shop_id=shop_id, account_id=by_id, to="shop", for_update=True)
    if found.state not in SELLING:
        raise ShopNotInState(state=found.state)
    missing = found.deposit_required_minor - deposit_of(tx, shop_id=shop_id, currency=found.currency)
    if missing <= 0:
        raise AlreadyPaid
    return open_payment(
        tx,
        purpose="deposit",
        subject_id=shop_id,
        payer_id=by_id,
        provider=provider,
        way=way,
        parts=[Part(account_code=accounts.deposit(shop_id), amount_minor=missing)],
        currency=found.currency,
        description=f"{found.name}: deposit",
        closes_at=tx.now + OPEN_FOR,
    )
