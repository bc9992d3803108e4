"""Let a clip carry goods."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.commerce.affiliate.queries import commission_rates
from miaohui.commerce.catalogue.queries import product_cards
from miaohui.commerce.catalogue.tables import video_product
from miaohui.commerce.merchants.names import invalid_field
from miaohui.commerce.merchants.queries import shops_of_person
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.media.videos.access import access_own_video

MOST_ON_A_CLIP = 10


class ProductNotForSale(Refusal):
    """The product is neither of an own shop nor offered with a commission. Data: product_id."""

    code = "product_not_for_sale"
    status = 409
    title = "Its shop does not offer this product to others to sell"


def attach_products(tx: Tx, *, video_id: int, author_id: int, product_ids: Sequence[int]) -> None:
    """Replace what a clip carries by these products, in this order; none at all takes all off.

    Each is of a shop in which the author works, or carries an active commission offer; one that is carried already
    stays though its offer has ended. Raises NotFound, Forbidden, ProductNotForSale, InvalidInput.
    """
    access_own_video(tx, video_id=video_id, person_id=author_id, for_update=True)
    if len(set(product_ids)) < len(product_ids) or len(product_ids) > MOST_ON_A_CLIP:
        raise invalid_field("/product_ids", "at most %(most)d, each once", most=MOST_ON_A_CLIP)
    mine = video_product.c.video_id == video_id
    carried = set(tx.scalars(sa.select(video_product.c.product_id).where(mine)))
    check_sellable_by(tx, person_id=author_id, product_ids=[each for each in product_ids if each not in carried])
    tx.execute(sa.delete(video_product).where(mine))
    rows = [
        {"video_id": video_id, "product_id": each, "position": place, "added_at": tx.now}
        for place, each in enumerate(product_ids)
    ]
    if rows:
        tx.execute(sa.insert(video_product), rows)


def check_sellable_by(tx: Tx, *, person_id: int, product_ids: Sequence[int]) -> None:
    """Raise NotFound or ProductNotForSale unless this person may show all of these to others."""
    cards = product_cards(tx, product_ids=product_ids)
    rates = commission_rates(tx, product_ids)
    own = {shop.id for shop in shops_of_person(tx, person_id)}
    for product_id in product_ids:
        if product_id not in cards:
            raise NotFound
        if product_id not in rates and cards[product_id].shop_id not in own:
            raise ProductNotForSale(product_id=str(product_id))
