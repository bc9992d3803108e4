"""What shelves, queues, accounts and differences are called in the operators' console."""

from collections.abc import Mapping, Sequence

import msgspec

from miaohui.kit.i18n import Msgid


class Shelf(msgspec.Struct, frozen=True):
    """A part of the console: the end of its address, and its icon."""

    path: str
    icon: str


SHELVES: Sequence[Shelf] = (
    Shelf("", "house"),
    Shelf("shops", "store"),
    Shelf("listings", "image"),
    Shelf("disputes", "users"),
    Shelf("ledger", "bookmark"),
    Shelf("reconciliation", "refresh-cw"),
    Shelf("compensation", "hand-coins"),
    Shelf("insurance", "shield-check"),
    Shelf("jobs", "settings"),
)
SHELF_WORDS: Mapping[str, Msgid] = {
    "": "Overview",
    "shops": "Shops",
    "listings": "Goods to review",
    "disputes": "Disputes",
    "ledger": "Ledger",
    "reconciliation": "Bills",
    "compensation": "Paid first",
    "insurance": "Freight insurance",
    "jobs": "Failed work",
}
QUEUE_WORDS: Mapping[str, Msgid] = {
    "shops": "Shops to review",
    "listings": "Goods to review",
    "disputes": "Disputes to judge",
    "claims": "Claims to look at",
    "refunds": "Refunds that are stuck",
    "differences": "Differences in bills",
    "advances": "Advances not paid back",
    "jobs": "Failed work",
}
QUEUE_SHELF: Mapping[str, str] = {
    "shops": "shops",
    "listings": "listings",
    "disputes": "disputes",
    "claims": "insurance",
    "refunds": "reconciliation",
    "differences": "reconciliation",
    "advances": "compensation",
    "jobs": "jobs",
}
SHOP_TAB_WORDS: Mapping[str, Msgid] = {
    "review": "To review",
    "selling": "Selling",
    "limited": "Limited",
    "closing": "Closing",
    "other": "Not selling",
}
DISPUTE_TAB_WORDS: Mapping[str, Msgid] = {
    "": "Not over",
    "open": "Waiting for a person",
    "wait_proof": "Waiting for proof",
    "ready": "Ready to be judged",
    "judged": "Judged, may be appealed",
    "appealed": "Appealed",
    "final": "Final",
}
ACCOUNT_KIND_WORDS: Mapping[str, Msgid] = {
    "asset": "What we have",
    "liability": "What we owe",
    "income": "What we earn",
    "expense": "What it costs us",
}
ACCOUNT_WORDS: Mapping[str, Msgid] = {
    "psp": "At payment providers",
    "bank": "At the bank",
    "receivable": "Owed by shops and promoters",
    "escrow": "Held for orders",
    "shop_available": "Shops may draw",
    "deposit": "Deposits of shops",
    "promoter": "Earned by promoters",
    "refund_payable": "Refunds on their way",
    "withdrawing": "On its way to banks",
    "insurance_pool": "Insurance pool",
    "claims_payable": "Claims granted, not paid",
    "unapplied_receipts": "Paid late or twice",
    "wallet": "Wallets",
    "ad_budget": "Advertisers' coupon money",
    "commission": "Commission of the platform",
    "tech_fee": "Service fee",
    "penalty": "Fines",
    "coupon_cost": "Discounts borne by the platform",
    "advance_loss": "Advances written off",
    "psp_fee": "Fees of payment providers",
}
DIFFERENCE_WORDS: Mapping[str, Msgid] = {
    "missing_here": "We know nothing of it",
    "missing_there": "The bill does not name it",
    "amount": "The amounts differ",
}
ADVANCE_STATE_WORDS: Mapping[str, Msgid] = {
    "opened": "Opened",
    "approved": "On its way to the buyer",
    "paid": "Paid to the buyer",
    "recovering": "Asked for, nothing yet",
    "part_recovered": "Paid back in part",
    "recovered": "Paid back",
    "written_off": "Written off",
}
ADVANCE_REASON_WORDS: Mapping[str, Msgid] = {
    "shop_short": "The shop had too little",
    "seller_overdue": "The shop let the time pass",
    "dispute_judged": "A dispute was judged",
}
SOURCE_WORDS: Mapping[str, Msgid] = {
    "unsettled": "from unsettled sales",
    "available": "from what the shop may draw",
    "deposit": "from the deposit",
    "written_off": "written off",
}
CLAIM_REASON_WORDS: Mapping[str, Msgid] = {
    "no_journey": "The parcel has no journey",
    "address_implausible": "The addresses do not fit",
    "parcel_unknown": "The parcel is not known",
}
HISTORY_WORDS: Mapping[str, Msgid] = {
    "written down": "Written down by the shop",
    "handed in": "Handed in by the shop",
    "accepted": "Accepted by the office",
    "changed": "Changed by the shop",
    "taken back": "Taken back by the shop",
    "taken out": "Taken out by the shop",
    "put back": "Put back by the shop",
    "removed by the shop": "Removed by the shop",
    "applied": "Applied for by its owner",
    "opened": "Opened: the deposit is there",
    "probation passed": "The probation is over",
    "settled": "All is settled",
    "its owner has left": "Its owner has left",
}
"""What the code notes as a reason; what is not here somebody has written."""
