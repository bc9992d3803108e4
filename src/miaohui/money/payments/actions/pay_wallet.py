"""Move money into a person's wallet, and out of it."""

from miaohui.kit.db import Tx
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import Leg, post_entry
from miaohui.money.payments.actions.record_success import record_success
from miaohui.money.payments.locks import lock_subject
from miaohui.money.payments.queries import Payment, payment_by_id
from miaohui.money.payments.states import OPEN


def pay_wallet(tx: Tx, *, person_id: int, amount_minor: int, currency: str, debit: str, ref: str) -> None:
    """Credit a wallet from an account of the ledger, such as an approved claim. ref: once each."""
    legs = [Leg(debit, accounts.wallet(person_id), amount_minor)]
    post_entry(tx, kind="payments.wallet_credit", ref=ref, currency=currency, legs=legs)


def pay_from_wallet(tx: Tx, *, payment_id: int) -> Payment:
    """Pay an open payment out of its payer's wallet; one that has ended is returned as it is.

    Its subject is held before it is looked at: money that a provider has taken may come too late and is sent back,
    but a wallet that is asked too late gives nothing, so nothing may be sent back to it.
    Raises InsufficientFunds; the payment then stays open.
    """
    known = payment_by_id(tx, payment_id)
    if known is None:
        raise LookupError(f"there is no payment {payment_id}")
    lock_subject(tx, purpose=known.purpose, subject_id=known.subject_id)
    asked = payment_by_id(tx, payment_id)
    if asked is None or asked.state not in OPEN:
        return asked or known
    return record_success(
        tx,
        payment_id=payment_id,
        provider_txn_no=asked.out_trade_no,
        amount_minor=asked.amount_minor,
        at=tx.now,
        source="wallet",
    )
