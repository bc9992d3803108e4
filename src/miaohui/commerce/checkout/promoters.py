"""Whom a shop has to thank for a sale: it is decided when something is bought, and frozen."""

from collections.abc import Iterable

import sqlalchemy as sa

from miaohui.commerce.cart.sources import Source
from miaohui.commerce.catalogue.queries import SellableVariant
from miaohui.commerce.catalogue.tables import showcase_item, video_product
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx
from miaohui.media.videos.tables import video


def promoters_of(
    tx: Tx, *, buyer_id: int, found: Iterable[tuple[SellableVariant, Source]]
) -> dict[tuple[int, Source], int]:
    """Return who promoted what, by product and source; only where the shop pays for it and it is true.

    A video's author counts if the video carries the product, a person if it lies on their showcase. Nobody
    earns by their own purchase, or by selling their own shop's goods.
    """
    offered = [(variant, source) for variant, source in found if variant.commission_bp and source.id is not None]
    claimed = {(variant.product_id, source): variant.shop_id for variant, source in offered}
    videos = {source.id for _, source in claimed if source.kind == "video"}
    people = {source.id for _, source in claimed if source.kind == "showcase"}
    carried: dict[tuple[str, int, int], int] = {}
    if videos:
        rows = tx.execute(
            sa.select(video_product.c.video_id, video_product.c.product_id, video.c.author_id)
            .join_from(video_product, video, video_product.c.video_id == video.c.id)
            .where(video_product.c.video_id.in_(videos))
        )
        carried |= {("video", row.video_id, row.product_id): row.author_id for row in rows}
    if people:
        rows = tx.execute(
            sa.select(showcase_item.c.owner_id, showcase_item.c.product_id).where(
                showcase_item.c.owner_kind == "person", showcase_item.c.owner_id.in_(people)
            )
        )
        carried |= {("showcase", row.owner_id, row.product_id): row.owner_id for row in rows}
    if not carried:
        return {}
    owners = _owners(tx, set(claimed.values()))
    return {
        (product_id, source): promoter
        for (product_id, source), shop_id in claimed.items()
        if (promoter := carried.get((source.kind, source.id or 0, product_id))) is not None
        and promoter not in (buyer_id, owners[shop_id])
    }


def _owners(tx: Tx, shop_ids: set[int]) -> dict[int, int]:
    return dict(tx.execute(sa.select(shop.c.id, shop.c.owner_id).where(shop.c.id.in_(shop_ids))).tuples().all())
