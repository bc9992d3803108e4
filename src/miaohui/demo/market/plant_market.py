"""Plant the town's market: pictures first, stall by stall, then a month in a scratch database, then all at once."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from miaohui.commerce.catalogue.events import ProductListed
from miaohui.commerce.merchants.tables import shop
from miaohui.demo.market.live_a_month import DAYS, Month
from miaohui.demo.market.open_campaign import open_campaign
from miaohui.demo.market.open_stalls import open_stalls
from miaohui.demo.market.pictures import SIZE_PX, draw_ware
from miaohui.demo.market.scratch import Rows, bring_over, open_month, read_month
from miaohui.demo.market.stalls import STALLS, Stall, Ware
from miaohui.demo.queries import Town, resident_ids
from miaohui.kit.blobs import Blobs
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.pictures import StoredPicture, store_picture
from miaohui.settings import Settings

_FOLDER = "goods/demo"


def live_the_month(*, db: Database, blobs: Blobs, settings: Settings, town: Town, days: int = DAYS) -> Rows:
    """Return the market and its month as rows to bring over. Blocks for about 20 s; `draw_goods` comes before."""
    people = db.read_sync(resident_ids)
    clock = ManualClock(town.planted_at - timedelta(days=days))
    with open_month(real=db, clock=clock, blobs=blobs, settings=settings) as month:
        shops = open_stalls(month, people=people, pictures=_pictures(), settings=settings)
        owners = {shop_id: people[stall.owner] for stall in STALLS if (shop_id := shops.get(stall.key)) is not None}
        Month(month, people=people, owners=owners, settings=settings, seed=town.seed).live(days=days)
        open_campaign(month, shops=shops, people=people)
        month.settle_down()
        return month.db.read_sync(read_month)


def bring_market(tx: Tx, *, month: Rows) -> None:
    """Bring a month over, once: where shops are already, nothing happens."""
    if tx.scalar(sa.select(sa.func.count()).select_from(shop)):
        return
    bring_over(tx, month)
    for product in month["product"]:
        if product["state"] == "listed":
            # Others than the floors that were brought over learn of the goods in this way.
            tx.emit(
                ProductListed(product_id=product["id"], shop_id=product["shop_id"], category_id=product["category_id"])
            )


def has_market(tx: Tx) -> bool:
    """Return whether there are shops."""
    return bool(tx.scalar(sa.select(sa.func.count()).select_from(shop)))


def draw_goods(blobs: Blobs, *, stall: Stall) -> None:
    """Draw and store the pictures of one stall's goods; the same again stores the same. Blocks for some 3 s."""
    for ware in stall.wares:
        store_picture(blobs, folder=_FOLDER, picture=draw_ware(ware, ground=stall.ground), name=_name(ware))


def _pictures() -> Mapping[str, StoredPicture]:
    return {
        ware.key: StoredPicture(key=f"{_FOLDER}/{_name(ware)}", width=SIZE_PX, height=SIZE_PX)
        for stall in STALLS
        for ware in stall.wares
    }


def _name(ware: Ware) -> str:
    return ware.key.replace("/", "-")
