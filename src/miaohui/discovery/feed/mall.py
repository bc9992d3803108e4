"""The page of the mall, from top to bottom: goods by what a person lingers on.

    hydrate the person and catch up with the log  →  what the watched clips carry  →  draw for exploration
    →  candidates  →  filters  →  ranking  →  arrangement  →  the shelf: blocked, sold out, just bought
    →  cards  →  impressions

Until somebody has lingered on three things the page is the same for all: popular and new. It says which it is.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from miaohui.commerce.catalogue.answers import read_goods_detail
from miaohui.commerce.catalogue.queries import products_of_videos
from miaohui.commerce.inventory.queries import available
from miaohui.commerce.promotions.queries import running_sales
from miaohui.commerce.storefront.answers import GoodsCard, describe_card
from miaohui.discovery.feed.answers import MallGoods, MallItem, MallPage, SaleAnswer
from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.cursors import MallCursor, write_cursor
from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.for_you import Filter, RankedPage, hydrate_person
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.reasons import reason_for
from miaohui.discovery.feed.serve import Asker, impressions_of, liked_by
from miaohui.discovery.feed.stages.arrange import arrange
from miaohui.discovery.feed.stages.ask import Ask, Candidate
from miaohui.discovery.feed.stages.filters.not_interested import without_hidden
from miaohui.discovery.feed.stages.filters.repeated import without_repetitions
from miaohui.discovery.feed.stages.filters.served import without_served
from miaohui.discovery.feed.stages.shelves import Shelf, put_behind, read_shelf
from miaohui.discovery.feed.stages.sources.exploration import drawn_for_exploration
from miaohui.discovery.feed.stages.sources.goods import carried_by_clips, goods_by_interest
from miaohui.discovery.feed.weights import FeedWeights
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id, new_id, parse_id

FILTERS: tuple[Filter, ...] = (without_repetitions, without_hidden, without_served)


async def serve_mall(
    live: LiveFeed, *, asker: Asker, limit: int, cursor: MallCursor, personal: bool = True
) -> MallPage:
    """Return the next page of the mall and log it.

    limit: goods at most. personal=False leaves aside what is known of the person, this once; so does their own
    choice, always, and so does the page until they have lingered on `weights.mall_personal_from` things.
    """
    now = live.clock.now()
    page_id = new_id()
    facts = await hydrate_person(live, person_id=asker.person_id, account_id=asker.account_id)
    known = live.folded.engine.acquaintance(asker.person_id) >= live.weights.mall_personal_from
    ask = Ask(
        person_id=asker.person_id,
        now_ms=to_ms(now),
        limit=limit,
        personal=personal and facts.personalised and known,
        facts=facts,
        served=cursor.served,
    )
    carried = await _carried(live, ask)
    # Seeded by the page, so that what was drawn can be drawn again from the log.
    ranked = rank_mall(live.folded, ask, live.weights, np.random.default_rng(page_id), carried=carried)
    candidates = [*ranked.page, *ranked.spares]
    if not candidates:
        return MallPage(items=(), cursor=None, personal=ask.personal)
    shelf = await live.db.read(
        read_shelf,
        product_ids=[each.listed.item_id for each in candidates],
        account_id=asker.account_id,
        hidden=facts.hidden,
        now=now,
    )
    shown = put_behind(candidates, shelf)[:limit]
    live.impressions.add(impressions_of(live, shown, ask=ask, page_id=page_id, now=now))
    liked = liked_by(live, ask)
    items = tuple(
        _item(each, _card(shelf, each), f"{page_id}-{place}", liked=liked, asker=asker)
        for place, each in enumerate(shown)
    )
    served = (*cursor.served, *(each.listed.item_id for each in shown))[-live.weights.mall_remembered :]
    there_is_more = len(ranked.page) == limit and len(candidates) > len(shown)
    return MallPage(
        items=items,
        cursor=write_cursor(MallCursor(served), live.signer) if there_is_more else None,
        personal=ask.personal,
    )


def rank_mall(
    folded: FoldedInterest,
    ask: Ask,
    weights: FeedWeights,
    rng: np.random.Generator,
    *,
    carried: Mapping[int, float],
) -> RankedPage:
    """Return the page for `ask` out of the state as it stands. Changes nothing; the same `rng` gives the same page.

    carried: by product id the weight of the clip that carries it.
    """
    drawn = drawn_for_exploration(folded, ask, weights, rng, kind="goods")
    candidates = carried_by_clips(folded, ask, weights, carried=carried) + goods_by_interest(folded, ask, weights, rng)
    for without in FILTERS:
        candidates = without(candidates, ask, folded)
    explored = {each.listed.item_id for each in drawn}
    ranked = sorted((each for each in candidates if each.listed.item_id not in explored), key=lambda each: -each.score)
    spaced = msgspec.structs.replace(weights, author_gap=weights.shop_gap, author_penalty=weights.shop_penalty)
    page = arrange(ranked, drawn, count=ask.limit, before=_before(folded, ask), weights=spaced, rng=rng)
    chosen = {each.listed.item_id for each in page}
    spares = [each for each in ranked if each.listed.item_id not in chosen]
    return RankedPage(page=page, spares=spares[: weights.mall_spares])


def read_carried(tx: Tx, *, lingered_on: Sequence[tuple[int, float]]) -> dict[int, float]:
    """Return the goods that these clips carry, each with the weight of the weightiest. lingered_on: clip, weight."""
    weights: dict[int, float] = {}
    by_clip = products_of_videos(tx, video_ids=[clip for clip, _ in lingered_on])
    for clip, weight in lingered_on:
        for card in by_clip.get(clip, ()):
            weights[card.id] = max(weights.get(card.id, 0.0), weight)
    return weights


def read_mall_goods(tx: Tx, *, product_id: int, providers: Sequence[str]) -> MallGoods:
    """Return goods with their stock, for a sheet over a clip or a stall. Raises NotFound."""
    goods = read_goods_detail(tx, product_id=product_id)
    prices = {parse_id(each.id): each.price_minor for each in goods.variants}
    left = available(tx, variant_ids=prices)
    running = running_sales(tx, products={product_id: parse_id(goods.shop.id)})
    for variant_id, sales in running.items():
        left[variant_id] = max(left[variant_id], *(sale.left or 0 for sale in sales))
    return MallGoods(
        goods=goods,
        left={format_id(variant_id): max(units, 0) for variant_id, units in left.items()},
        sales={
            format_id(variant_id): SaleAnswer(
                name=first.name,
                price_minor=first.price_minor,
                ends_at=first.ends_at,
                left=first.left,
                per_person=first.per_person,
            )
            for variant_id, (first, *_) in running.items()
        },
        providers=tuple(providers),
    )


async def _carried(live: LiveFeed, ask: Ask) -> dict[int, float]:
    if not ask.personal:
        return {}
    lingered_on = live.folded.engine.lingered_on(
        person_id=ask.person_id, now_ms=ask.now_ms, limit=live.weights.carried_clips
    )
    return await live.db.read(read_carried, lingered_on=lingered_on) if lingered_on else {}


def _before(folded: FoldedInterest, ask: Ask) -> list[Listed]:
    goods = folded.catalogue.goods
    return [goods[item_id] for item_id in ask.served[-5:] if item_id in goods]


def _card(shelf: Shelf, candidate: Candidate) -> GoodsCard:
    item_id = candidate.listed.item_id
    return describe_card(shelf.cards[item_id], sale=shelf.sales.get(item_id))


def _item(
    candidate: Candidate, card: GoodsCard, impression: str, *, liked: Mapping[str, float], asker: Asker
) -> MallItem:
    return MallItem(
        **msgspec.structs.asdict(card),
        kind="goods",
        reason=reason_for(candidate, liked=liked, author_name=card.shop.name, translate=asker.translate),
        impression=impression,
    )
