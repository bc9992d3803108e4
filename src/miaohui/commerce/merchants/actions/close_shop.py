"""Close a shop: it sells no more, settles, and is over."""

from miaohui.commerce.merchants.access import access_operator, access_shop
from miaohui.commerce.merchants.events import ShopClosed, ShopClosing
from miaohui.commerce.merchants.locks import lock_shop
from miaohui.commerce.merchants.names import clean_text
from miaohui.commerce.merchants.obstacles import debts_of_shop, open_with_shop
from miaohui.commerce.merchants.queries import role_in_shop
from miaohui.commerce.merchants.states import ShopNotInState, move_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.money.ledger import accounts
from miaohui.money.ledger.queries import balance_of


class ShopNotSettled(Refusal):
    """The shop has money with us, owes some, or something is open with it. Data: account and amount_minor, or open."""

    code = "shop_not_settled"
    status = 409
    title = "Something is still to be settled with this shop"


def close_shop(tx: Tx, *, shop_id: int, by_id: int, reason: str) -> None:
    """Let a shop sell no more (→ closing), or give an application up (→ closed), by its owner or an operator.

    Raises NotFound, Forbidden, ShopNotInState.
    """
    if role_in_shop(tx, shop_id=shop_id, account_id=by_id) == "owner":
        found = access_shop(tx, shop_id=shop_id, account_id=by_id, to="staff", for_update=True)
    else:
        access_operator(tx, by_id)
        locked = lock_shop(tx, shop_id)
        if locked is None:
            raise NotFound
        found = locked
    why = clean_text(reason, pointer="/reason", longest=300) or "closed"
    if found.state in {"applied", "rejected"}:
        ended = {"closed_at": tx.now}
        move_shop(tx, shop_id=shop_id, origin=found.state, target="closed", reason=why, by_id=by_id, changes=ended)
        tx.emit(ShopClosed(shop_id=shop_id))
        return
    if found.state not in {"probation", "open", "limited"}:
        raise ShopNotInState(state=found.state)
    move_shop(tx, shop_id=shop_id, origin=found.state, target="closing", reason=why, by_id=by_id)
    tx.emit(ShopClosing(shop_id=shop_id))


def finish_closing(tx: Tx, *, shop_id: int, by_id: int) -> None:
    """End a closing shop as an operator, once nothing is open with it, nothing held for it, and it owes nothing.

    Its deposit has come back by then, see settle_closing, and the shop has drawn it. Raises Forbidden, NotFound, ShopNotInState, ShopNotSettled.
    """
    access_operator(tx, by_id)
    found = lock_shop(tx, shop_id)
    if found is None:
        raise NotFound
    if found.state != "closing":
        raise ShopNotInState(state=found.state)
    if waits := open_with_shop(tx, shop_id=shop_id):
        raise ShopNotSettled(open=waits)
    for code, amount in debts_of_shop(tx, found).items():
        raise ShopNotSettled(account=code, amount_minor=amount)
    for code in (accounts.deposit(shop_id), accounts.shop_available(shop_id)):
        if amount := balance_of(tx, code=code, currency=found.currency):
            raise ShopNotSettled(account=code, amount_minor=amount)
    ended = {"closed_at": tx.now}
    move_shop(tx, shop_id=shop_id, origin="closing", target="closed", reason="settled", by_id=by_id, changes=ended)
    tx.emit(ShopClosed(shop_id=shop_id))
