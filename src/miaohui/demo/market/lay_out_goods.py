"""Let the town's clips carry goods that go with them."""

import hashlib
from contextlib import suppress

import sqlalchemy as sa

from miaohui.commerce.catalogue.actions.attach_products import attach_products
from miaohui.commerce.catalogue.queries import listed_goods
from miaohui.commerce.merchants.tables import shop
from miaohui.demo.clips import IDEAS
from miaohui.demo.market.stalls import STALLS
from miaohui.demo.queries import made_clips
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.media.videos.queries import video_facts

_MOST = 3
_TOPICS = {idea.key: idea.topic for idea in IDEAS}


def lay_out_goods(tx: Tx, *, key: str) -> None:
    """Attach up to three goods of a stall of the same topic to a clip; two clips of three carry any."""
    clip = made_clips(tx).get(key)
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    facts = None if clip is None or clip.video_id is None else video_facts(tx, clip.video_id)
    if facts is None or draw % 3 == 0:
        return
    stalls = [stall for stall in STALLS if stall.topic == _TOPICS.get(key)]
    if not stalls:
        return
    name = stalls[draw % len(stalls)].name
    shop_id = tx.scalar(sa.select(shop.c.id).where(shop.c.name == name))
    if shop_id is None:
        return
    goods = listed_goods(tx, sort="new", after=None, limit=50, category_ids=None, shop_id=shop_id, words="")
    chosen = [goods[(draw + step * 7) % len(goods)].id for step in range(1 + draw % _MOST)] if goods else []
    # A visitor may have taken the clip or the stall away meanwhile.
    with suppress(Refusal):
        attach_products(tx, video_id=facts.id, author_id=facts.author_id, product_ids=list(dict.fromkeys(chosen)))
