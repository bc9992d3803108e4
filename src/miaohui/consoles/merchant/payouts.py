"""Draw what a shop has earned."""

from miaohui.commerce.merchants.access import access_shop
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.idempotency import remember
from miaohui.money.ledger.accounts import shop_available
from miaohui.money.settlement.actions.request_own_payout import SMALLEST_MINOR, PayoutTooSmall
from miaohui.money.settlement.actions.request_payout import request_payout
from miaohui.money.settlement.queries import Payout
from miaohui.people.accounts.access import access_proof


class PayoutsStopped(Refusal):
    """The shop is limited: its money stays where it is until an operator lifts that."""

    code = "payouts_stopped"
    status = 409
    title = "This shop may not draw money for now"


def request_shop_payout(
    tx: Tx,
    *,
    shop_id: int,
    by_id: int,
    amount_minor: int,
    bank_account: str,
    key: str | None,
    request_hash: bytes,
    device_id: int | None = None,
) -> Payout:
    """Let those who keep a shop's money draw of it; the same idempotency key again returns the first payout.

    device_id: where they ask, and have shown lately that it is them; None where nobody could ask in their place.
    Raises NotFound, Forbidden, ProofNeeded, PayoutsStopped, PayoutTooSmall, InsufficientFunds, IdempotencyKeyReused.
    """
    shop = access_shop(tx, shop_id=shop_id, account_id=by_id, to="finance", for_update=True)

    def compute() -> Payout:
        if device_id is not None:
            access_proof(tx, account_id=by_id, device_id=device_id)
        if "withdrawal" in shop.limits:
            raise PayoutsStopped
        if amount_minor < SMALLEST_MINOR:
            raise PayoutTooSmall(smallest_minor=SMALLEST_MINOR)
        return request_payout(
            tx,
            account_code=shop_available(shop_id),
            shop_id=shop_id,
            amount_minor=amount_minor,
            currency=shop.currency,
            bank_account=bank_account,
            requested_by=by_id,
        )

    return remember(tx, actor_id=by_id, key=key, request_hash=request_hash, compute=compute, kind=Payout)
