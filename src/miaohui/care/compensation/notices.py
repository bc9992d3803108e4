"""What buyers are told of money that stands for something that went wrong."""

from miaohui.care.compensation.events import LateCompensated
from miaohui.commerce.merchants.queries import shop_cards
from miaohui.kit.db import Tx
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import notice_kind

LATE = notice_kind(
    name="compensation.late",
    group="orders",
    label="A shop is late with my order",
    title="%(shop)s has not sent your order in time: %(amount)s is in your wallet",
    body="You may give up what was not sent, and have all its money back at once.",
    discreet="One of your orders is late",
)


def tell_of_lateness(tx: Tx, event: LateCompensated) -> None:
    """Tell the buyer of a late order what they got for it, and what they may do."""
    shop = shop_cards(tx, [event.shop_id]).get(event.shop_id)
    notify(
        tx,
        to_id=event.buyer_id,
        kind=LATE.name,
        link=f"/orders/{event.order_id}",
        data={
            "shop": shop.name if shop else "",
            "amount_minor": event.amount_minor,
            "currency": event.currency,
        },
    )
