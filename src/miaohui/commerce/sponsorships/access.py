"""Where campaigns and showings are fetched on somebody's behalf, and the permission with it."""

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.roles import Power
from miaohui.commerce.sponsorships.queries import Showing, Sponsorship, showing_by_id, sponsorship_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def access_sponsorship(
    tx: Tx, *, sponsorship_id: int, shop_id: int, account_id: int, to: Power = "promotions"
) -> Sponsorship:
    """Return a campaign to those of its shop who have the power. Raises NotFound, Forbidden."""
    access_shop(tx, shop_id=shop_id, account_id=account_id, to=to)
    found = sponsorship_by_id(tx, sponsorship_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound
    return found


def access_showing(tx: Tx, *, showing_id: int, person_id: int) -> Showing:
    """Return a card to the person to whom it was shown. Raises NotFound."""
    found = showing_by_id(tx, showing_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found
