"""What buyer and shop are told of an after-sales case: each step that the other side, or time, has made."""

from collections.abc import Mapping

from miaohui.care.aftersales.events import AftersaleMoved, AftersaleOpened, DisputeMoved
from miaohui.care.aftersales.queries import case_by_id
from miaohui.care.aftersales.states import CaseState
from miaohui.commerce.merchants.notices import tell_shop
from miaohui.commerce.orders.queries import line_by_id
from miaohui.kit.db import Tx
from miaohui.kit.i18n import Msgid
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import notice_kind

MOVED = notice_kind(
    name="aftersales.moved",
    group="orders",
    label="A case of mine has moved",
    title="“%(goods)s”: %(step)s",
    discreet="Your after-sales case has moved",
)
SHOP_MOVED = notice_kind(
    name="aftersales.shop_moved",
    group="shop",
    label="A case in my shop has moved",
    title="“%(goods)s”: %(step)s",
    discreet="An after-sales case in your shop has moved",
)
_TO_BUYER: Mapping[CaseState, Msgid] = {
    "wait_buyer_confirm": "the shop makes you an offer",
    "wait_return": "the shop agrees; please send it back",
    "return_shipped": "it is on its way back",
    "wait_reship": "the shop has it back, and will send another",
    "reshipped": "another one is on its way to you",
    "rejected": "the shop refuses; you can call the market",
    "disputed": "the market looks into it",
    "refunding": "your money is on its way",
    "platform_refunding": "the market has your money sent back",
    "refund_abnormal": "the money is delayed; we look after it",
    "done": "the case is done",
    "closed": "the case is closed",
}
"""Of money that is back, the payment tells."""
_TO_SHOP: Mapping[CaseState, Msgid] = {
    "applied": "the buyer asks for help",
    "wait_return": "the buyer takes your offer",
    "return_shipped": "it is on its way back to you",
    "rejected": "the refusal stands",
    "disputed": "the buyer calls the market",
    "refunding": "the money goes back to the buyer",
    "platform_refunding": "the market has the money sent back",
    "refunded": "the buyer has the money back",
    "done": "the case is done",
    "closed": "the case is closed",
    "cancelled": "the buyer has withdrawn the case",
}
_JUDGED: Msgid = "the market has decided"


def tell_of_case(tx: Tx, event: AftersaleOpened) -> None:
    """Tell the shop that a buyer needs something."""
    _tell_shop(tx, event.aftersale_id, event.shop_id, event.order_line_id, _TO_SHOP["applied"])


def tell_of_step(tx: Tx, event: AftersaleMoved) -> None:
    """Tell each side of what it has not done itself."""
    state: CaseState = event.to_state  # type: ignore[assignment]  # the event holds it as text
    if event.by_side != "buyer" and (words := _TO_BUYER.get(state)):
        _tell_buyer(tx, event.aftersale_id, event.buyer_id, event.order_line_id, words)
    if event.by_side != "shop" and (words := _TO_SHOP.get(state)):
        _tell_shop(tx, event.aftersale_id, event.shop_id, event.order_line_id, words)


def tell_of_judgement(tx: Tx, event: DisputeMoved) -> None:
    """Tell both sides what the market has decided."""
    case = case_by_id(tx, event.aftersale_id)
    if case is None or event.by_side != "platform" or event.to_state not in {"judged", "final"}:
        return
    _tell_buyer(tx, case.id, case.buyer_id, case.order_line_id, _JUDGED)
    _tell_shop(tx, case.id, case.shop_id, case.order_line_id, _JUDGED)


def _tell_buyer(tx: Tx, case_id: int, buyer_id: int, line_id: int, words: str) -> None:
    data = {"goods": _goods(tx, line_id), "step_msgid": words}
    notify(tx, to_id=buyer_id, kind=MOVED.name, link=f"/aftersales/{case_id}", data=data)


def _tell_shop(tx: Tx, case_id: int, shop_id: int, line_id: int, words: str) -> None:
    data = {"goods": _goods(tx, line_id), "step_msgid": words}
    link = f"/shop/{shop_id}/aftersales/{case_id}"
    tell_shop(tx, shop_id=shop_id, power="service", kind=SHOP_MOVED.name, link=link, data=data)


def _goods(tx: Tx, line_id: int) -> str:
    line = line_by_id(tx, line_id)
    return line.title if line is not None else ""
