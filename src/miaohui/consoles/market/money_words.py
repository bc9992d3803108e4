"""What the entries of the ledger and payouts are called on pages."""

from collections.abc import Mapping

from miaohui.kit.i18n import Msgid

ENTRY_WORDS: Mapping[str, Msgid] = {
    "payments.received": "Payment",
    "payments.fees": "The provider's fees",
    "payments.settled_to_bank": "The provider's transfer to the bank",
    "payments.unapplied": "Paid late or twice",
    "payments.sent_back": "Late or double payment sent back",
    "payments.refunded": "Refund has arrived",
    "payments.wallet_credit": "Paid into the wallet",
    "orders.sent_back": "Payment of a closed order sent back",
    "subsidy": "Discount borne by the platform",
    "refund": "Refund",
    "settlement": "Settlement of a sale",
    "payout": "Drawn to the bank",
    "payout_paid": "Arrived at the bank",
    "payout_failed": "Came back from the bank",
    "deposit": "Deposit",
    "deposit_return": "Deposit given back",
    "deduction": "Deduction",
    "late_compensation": "Paid for a late order",
    "advance": "The platform paid first",
    "advance_recovery": "Advance paid back",
    "advance_loss": "Advance written off",
    "insurance.premium": "Insurance premium",
    "insurance.premium_late": "Insurance premium, paid later",
    "insurance.premium_back": "Insurance premium given back",
    "insurance.claim": "Insurance pays the way back",
}
"""By the kind of an entry; one that is not here is shown as it is called in the books."""
PAYOUT_WORDS: Mapping[str, Msgid] = {
    "requested": "On its way to the bank",
    "paid": "Arrived",
    "failed": "Came back",
}
