"""Where a payment is fetched on somebody's behalf, and the permission with it."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.money.payments.queries import Payment, payment_by_id


def access_payment(tx: Tx, *, payment_id: int, person_id: int) -> Payment:
    """Return a payment to the one who pays. Raises NotFound to everybody else."""
    found = payment_by_id(tx, payment_id)
    if found is None or found.payer_id != person_id:
        raise NotFound
    return found
