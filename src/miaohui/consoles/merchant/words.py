"""What states, roles, papers and acts are called in a shop's console."""

from collections.abc import Mapping

from miaohui.kit.i18n import Msgid

SHELVES: Mapping[str, tuple[str, str, str]] = {
    "": ("house", "view", "overview"),
    "orders": ("package", "view", "orders"),
    "aftersales": ("undo-2", "service", "aftersales"),
    "goods": ("store", "view", "goods"),
    "stock": ("download", "stock", "stock"),
    "coupons": ("ticket", "promotions", "coupons"),
    "sponsorships": ("megaphone", "promotions", "sponsorships"),
    "money": ("hand-coins", "finance", "money"),
    "staff": ("users", "view", "staff"),
    "papers": ("shield-check", "shop", "papers"),
    "settings": ("settings", "view", "settings"),
}
"""Each shelf by the end of its address: icon, the power that it needs, and its name."""
SHELF_WORDS: Mapping[str, Msgid] = {
    "overview": "Overview",
    "orders": "Orders",
    "aftersales": "After-sales",
    "goods": "Goods",
    "stock": "Stock",
    "coupons": "Offers",
    "sponsorships": "Sponsored shakes",
    "money": "Money",
    "staff": "Staff",
    "papers": "Papers and deposit",
    "settings": "Shop settings",
}
SHOP_STATE_WORDS: Mapping[str, Msgid] = {
    "applied": "Not handed in yet",
    "review": "Being reviewed",
    "rejected": "Sent back to be mended",
    "probation": "On probation",
    "open": "Open",
    "limited": "Limited",
    "closing": "Closing",
    "closed": "Closed",
}
SHOP_KIND_WORDS: Mapping[str, Msgid] = {"individual": "One person", "company": "A company"}
LIMIT_WORDS: Mapping[str, Msgid] = {
    "traffic": "Its goods are not shown in the market",
    "live": "No live rooms",
    "new_goods": "No new goods",
    "withdrawal": "No money to the bank",
}
PAPER_WORDS: Mapping[str, Msgid] = {
    "identity": "Identity card",
    "business_licence": "Business licence",
    "food_licence": "Food licence",
    "liquor_licence": "Liquor licence",
    "cosmetics_filing": "Cosmetics filing",
    "ccc_certificate": "CCC certificate",
    "jewellery_certificate": "Jewellery certificate",
    "publication_licence": "Publication licence",
}
PAPER_STATE_WORDS: Mapping[str, Msgid] = {
    "submitted": "Waiting for review",
    "accepted": "Accepted",
    "rejected": "Not accepted",
}
CATEGORY_STATE_WORDS: Mapping[str, Msgid] = {
    "requested": "Waiting for review",
    "granted": "May sell here",
    "refused": "Not accepted",
}
ROLE_WORDS: Mapping[str, Msgid] = {
    "owner": "Owner",
    "manager": "Runs the shop",
    "goods": "Tends the goods",
    "fulfilment": "Sends parcels",
    "service": "Answers buyers",
    "finance": "Keeps the money",
}
ORDER_STATE_WORDS: Mapping[str, Msgid] = {
    "created": "Waiting for payment",
    "paid": "To be sent",
    "part_shipped": "Partly sent",
    "shipped": "On its way",
    "completed": "Completed",
    "closed": "Closed",
}
ORDER_TABS: Mapping[str, tuple[str, ...]] = {
    "to_ship": ("paid", "part_shipped"),
    "sent": ("shipped",),
    "done": ("completed",),
    "closed": ("closed",),
    "all": (),
}
ORDER_TAB_WORDS: Mapping[str, Msgid] = {
    "to_ship": "To be sent",
    "sent": "On the way",
    "done": "Completed",
    "closed": "Closed",
    "all": "All",
}
PRODUCT_STATE_WORDS: Mapping[str, Msgid] = {
    "draft": "Draft",
    "review": "Being reviewed",
    "rejected": "Sent back to be mended",
    "listed": "In the shop",
    "delisted": "Taken out",
    "removed": "Removed",
}
TABLE_COLUMN_WORDS: Mapping[str, Msgid] = {
    "product": "Any number or word; rows with the same one are variants of one product",
    "title": "What it is called, 2 to 80 characters",
    "category": "One of the categories below",
    "price": "In whole units, such as 12.80",
    "options": "What tells variants apart: Colour=red;Size=large",
    "attributes": "Details, written the same way: Material=paper;Origin=Suzhou",
    "body": "A longer description",
    "code": "Your own number for it",
    "weight_g": "Whole grams; freight by weight goes by it",
}
"""What stands in each column of a table of goods."""
NEEDED_COLUMNS = frozenset({"product", "title", "category", "price"})
EXAMPLE_TABLE = (
    "product,title,category,price,options,attributes,code,weight_g\r\n"
    "1,手扎走马灯,{category},128.00,尺寸=小,材质=竹;产地=苏州,ZM-S,400\r\n"
    "1,,,198.00,尺寸=大,,ZM-L,900\r\n"
    "2,Paper fan,{category},36.50,,Material=paper,FAN,120\r\n"
)
CASE_KIND_WORDS: Mapping[str, Msgid] = {
    "refund_only": "Money back",
    "return_refund": "Goods and money back",
    "exchange": "Exchange",
}
CASE_STATE_WORDS: Mapping[str, Msgid] = {
    "applied": "Your answer is awaited",
    "wait_buyer_confirm": "The buyer thinks about your offer",
    "wait_return": "The buyer sends it back",
    "return_shipped": "On its way back to you",
    "wait_reship": "The replacement is to be sent",
    "reshipped": "The replacement is on its way",
    "rejected": "You refused; the buyer may call the fair",
    "disputed": "The fair is looking at it",
    "refunding": "Money on its way back",
    "platform_refunding": "The fair pays it back",
    "refund_abnormal": "The refund is stuck; the fair sees to it",
    "refunded": "Refunded",
    "done": "Exchanged",
    "closed": "Closed",
    "cancelled": "Taken back by the buyer",
}
CASE_SILENCE_WORDS: Mapping[str, Msgid] = {
    "applied": "Without an answer until then, it counts as agreed.",
    "wait_buyer_confirm": "Without an answer from the buyer until then, the case goes on by itself.",
    "wait_return": "If nothing is sent back until then, the case closes.",
    "return_shipped": "If you say nothing until then, the money goes back by itself.",
    "wait_reship": "If nothing is sent until then, the money goes back.",
    "reshipped": "If the buyer says nothing until then, the exchange is done.",
    "rejected": "If the buyer does not call the fair until then, the case closes.",
}
"""What happens at a case's deadline by itself."""
DISPUTE_SILENCE_WORDS: Mapping[str, Msgid] = {
    "wait_proof": "After that the fair judges without the proof that is missing.",
    "judged": "Until then both sides may ask for a second judgement; after that it takes effect.",
}
"""What happens at a dispute's deadline by itself."""
REASON_WORDS: Mapping[str, Msgid] = {
    "changed_mind": "Changed my mind",
    "wrong_size": "The size is wrong",
    "not_as_described": "Not as described",
    "damaged": "Damaged",
    "faulty": "Faulty",
    "wrong_item": "Something else was sent",
    "missing_parts": "Parts are missing",
    "not_received": "It has not come",
    "late": "It was sent too late",
    "fake": "It is not genuine",
    "other": "Something else",
}
SIDE_WORDS: Mapping[str, Msgid] = {
    "buyer": "Buyer",
    "shop": "Shop",
    "platform": "The fair",
    "clock": "By itself",
    "carrier": "Carrier",
    "provider": "Payment",
}
OFFER_STATE_WORDS: Mapping[str, Msgid] = {
    "draft": "Draft",
    "active": "Running",
    "paused": "Paused",
    "ended": "Ended",
}
OFFER_TAB_WORDS: Mapping[str, Msgid] = {
    "coupons": "Coupons",
    "promotions": "Promotions",
    "flash": "Flash sales",
    "commissions": "Commissions",
}
PHASE_WORDS: Mapping[str, Msgid] = {
    "running": "Running",
    "coming": "Coming",
    "draft": "Draft",
    "over": "Ended",
}
NEW_OFFER_WORDS: Mapping[str, Msgid] = {
    "coupon": "New coupon",
    "item": "Off each thing",
    "threshold": "Off from an amount",
    "flash": "New flash sale",
}
LINE_STATE_WORDS: Mapping[str, Msgid] = {
    "in_escrow": "Kept until the order completes",
    "settleable": "Soon yours",
    "settled": "Settled",
    "void": "Refunded",
}
PAYOUT_STATE_WORDS: Mapping[str, Msgid] = {
    "requested": "On its way",
    "paid": "Paid out",
    "failed": "Came back",
}
ENTRY_WORDS: Mapping[str, Msgid] = {
    "settlement": "Sold goods",
    "refund": "Refund",
    "payout": "To the bank",
    "payout_failed": "Back from the bank",
    "deduction": "Deduction",
    "deposit": "Deposit",
    "late_compensation": "Paid for a late order",
    "deposit_return": "Deposit given back",
    "advance_recovery": "What the fair had paid first",
}
"""What happened to the shop's account, by the kind of the ledger's entry; others are called a booking."""
MOVEMENT_WORDS: Mapping[str, Msgid] = {
    "receive": "Delivered",
    "adjust": "Counted",
    "hold": "Kept for an order",
    "commit": "Paid",
    "release": "Free again",
    "ship": "Sent off",
    "restock": "Came back",
    "move": "Set apart",
}
STORY_WORDS: Mapping[str, Msgid] = {
    "placed": "Ordered",
    "paid": "Paid",
    "shipped": "Sent off",
    "delivered": "The parcel has arrived",
    "received": "The buyer confirmed that everything has come",
    "received silently": "Completed by itself",
    "extended": "The buyer took some more days",
    "cancelled": "The buyer cancelled",
    "refund": "Everything was refunded",
}
