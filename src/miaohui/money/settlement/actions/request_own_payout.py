"""Draw one's own earnings, or what is in one's wallet."""

from typing import Literal

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.idempotency import remember
from miaohui.money.ledger.accounts import promoter, wallet
from miaohui.money.settlement.actions.request_payout import request_payout
from miaohui.money.settlement.queries import Payout
from miaohui.people.accounts.access import access_proof

OwnAccount = Literal["promoter", "wallet"]
_CODES = {"promoter": promoter, "wallet": wallet}
SMALLEST_MINOR = 1_00
"""What a transfer costs should not be more than it carries."""


class PayoutTooSmall(Refusal):
    """The amount is below what a bank is troubled for. Data: smallest_minor."""

    code = "payout_too_small"
    status = 400
    title = "A payout is at least 1"


def own_account(kind: OwnAccount, person_id: int) -> str:
    """Return the code of a person's account."""
    return _CODES[kind](person_id)


def request_own_payout(
    tx: Tx,
    *,
    person_id: int,
    account: OwnAccount,
    amount_minor: int,
    currency: str,
    bank_account: str,
    key: str | None,
    request_hash: bytes,
    device_id: int | None = None,
) -> Payout:
    """Let a person draw from an account of their own; the same idempotency key again returns the first payout.

    device_id: where they ask, and have shown lately that it is them; None where nobody could ask in their place.
    Raises ProofNeeded, PayoutTooSmall, InsufficientFunds, IdempotencyKeyReused.
    """
    if amount_minor < SMALLEST_MINOR:
        raise PayoutTooSmall(smallest_minor=SMALLEST_MINOR)

    def compute() -> Payout:
        if device_id is not None:
            access_proof(tx, account_id=person_id, device_id=device_id)
        return request_payout(
            tx,
            account_code=own_account(account, person_id),
            shop_id=None,
            amount_minor=amount_minor,
            currency=currency,
            bank_account=bank_account,
            requested_by=person_id,
        )

    return remember(tx, actor_id=person_id, key=key, request_hash=request_hash, compute=compute, kind=Payout)
