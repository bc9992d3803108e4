"""What those who run a shop are told of it."""

from collections.abc import Mapping

from miaohui.commerce.merchants.events import ShopLimited, ShopReviewed
from miaohui.commerce.merchants.queries import shop_by_id, staff_of_shop
from miaohui.commerce.merchants.roles import POWERS, Power
from miaohui.kit.db import Tx
from miaohui.kit.i18n import Msgid
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import Data, notice_kind

REVIEWED = notice_kind(
    name="merchants.reviewed",
    group="shop",
    label="The market decides about my shop",
    title="%(shop)s: %(decision)s",
    discreet="The market has decided about your shop",
)
_DECISIONS: Mapping[str, Msgid] = {
    "accepted": "the application is accepted",
    "rejected": "the application is not accepted; see why",
    "limited": "what it may do has been limited; see why",
    "free": "nothing is limited any more",
}


def tell_of_review(tx: Tx, event: ShopReviewed) -> None:
    """Tell who runs a shop what an operator has decided about the application."""
    _tell_of(tx, event.shop_id, "accepted" if event.accepted else "rejected")


def tell_of_limits(tx: Tx, event: ShopLimited) -> None:
    """Tell who runs a shop what it may not do, or that all is as before."""
    _tell_of(tx, event.shop_id, "limited" if event.limits else "free")


def tell_shop(
    tx: Tx, *, shop_id: int, power: Power, kind: str, link: str, data: Data, subject: str | None = None
) -> None:
    """Tell everybody in a shop who has a power."""
    for one in staff_of_shop(tx, shop_id):
        if power in POWERS[one.role]:
            notify(tx, to_id=one.account_id, kind=kind, link=link, data=data, subject=subject)


def _tell_of(tx: Tx, shop_id: int, decision: str) -> None:
    found = shop_by_id(tx, shop_id)
    if found is not None:
        data = {"shop": found.name, "decision_msgid": _DECISIONS[decision]}
        tell_shop(tx, shop_id=shop_id, power="shop", kind=REVIEWED.name, link=f"/shop/{shop_id}", data=data)
