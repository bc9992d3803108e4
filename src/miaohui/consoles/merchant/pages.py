"""All pages from which a shop is run."""

from collections.abc import Sequence
from typing import Any

from miaohui.consoles.merchant import freight, goods, house, money, offers, overview, sponsorships, trade

route_handlers: Sequence[Any] = (
    *house.route_handlers,
    *overview.route_handlers,
    *trade.route_handlers,
    *goods.route_handlers,
    *freight.route_handlers,
    *offers.route_handlers,
    *sponsorships.route_handlers,
    *money.route_handlers,
)
