"""Fill one's wallet."""

from datetime import timedelta

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.idempotency import remember
from miaohui.kit.ids import new_id
from miaohui.money.ledger import accounts
from miaohui.money.payments.actions.open_payment import open_payment
from miaohui.money.payments.queries import Part

SMALLEST_MINOR = 1_00
LARGEST_MINOR = 5_000_00
"""Whoever takes over an account should not find a month's wages in it."""
OPEN_FOR = timedelta(minutes=30)


class TopUpOutOfRange(Refusal):
    """The amount is too small or too large for one top-up. Data: smallest_minor, largest_minor."""

    code = "top_up_out_of_range"
    status = 400
    title = "A top-up is between 1 and 5,000"


def open_top_up(
    tx: Tx,
    *,
    person_id: int,
    amount_minor: int,
    currency: str,
    provider: str,
    key: str | None,
    request_hash: bytes,
    way: str = "",
) -> int:
    """Open the payment of a top-up and return its id; the same idempotency key again returns the first one's.

    Each top-up is a subject of its own, so one may fill the wallet twice a day. Raises TopUpOutOfRange,
    IdempotencyKeyReused.
    """
    if not SMALLEST_MINOR <= amount_minor <= LARGEST_MINOR:
        raise TopUpOutOfRange(smallest_minor=SMALLEST_MINOR, largest_minor=LARGEST_MINOR)

    def compute() -> int:
        opened = open_payment(
            tx,
            purpose="topup",
            subject_id=new_id(),
            payer_id=person_id,
            provider=provider,
            way=way,
            parts=[Part(account_code=accounts.wallet(person_id), amount_minor=amount_minor)],
            currency=currency,
            description="Wallet",
            closes_at=tx.now + OPEN_FOR,
        )
        return opened.id

    return remember(tx, actor_id=person_id, key=key, request_hash=request_hash, compute=compute, kind=int)
