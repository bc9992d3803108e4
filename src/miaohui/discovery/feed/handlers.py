"""What the feed does about others' events. Each runs once per event, so each act is one row of the log."""

from typing import Literal

from miaohui.commerce.catalogue.events import ProductChanged, ProductDelisted, ProductListed
from miaohui.commerce.catalogue.queries import Product, product_by_id, product_cards, products_of_shop
from miaohui.commerce.categories.queries import categories_by_id
from miaohui.commerce.merchants.events import ShopClosing, ShopLimited
from miaohui.commerce.orders.events import LineRefunded, OrderPaid
from miaohui.commerce.orders.queries import line_by_id, lines_of_orders
from miaohui.discovery.feed.actions.erase_person import erase_person
from miaohui.discovery.feed.actions.list_item import list_item
from miaohui.discovery.feed.actions.record_purchase import record_purchase
from miaohui.discovery.feed.actions.record_reaction import record_reaction
from miaohui.discovery.feed.actions.unlist_item import unlist_item
from miaohui.discovery.feed.queries import newest_items_acted_on
from miaohui.discovery.feed.signal_log import ItemFacts
from miaohui.discovery.feed.tokens import caption_tokens, goods_tokens
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.media.comments.events import CommentPosted
from miaohui.media.reactions.events import (
    VideoFavourited,
    VideoLiked,
    VideoShared,
    VideoUnfavourited,
    VideoUnliked,
)
from miaohui.media.videos.events import VideoEdited, VideoPublished, VideoRemoved
from miaohui.media.videos.queries import VideoCard, video_cards, videos_by
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.events import PersonFollowed

_GOODS_AT_ONCE = 200
_OCCASIONS = 200
"""Newest signals among which the clip is sought that made a person follow its author."""


def index_video(tx: Tx, event: VideoPublished) -> None:
    """List a video that can be watched."""
    # Gone again already: its removal is another event.
    if (card := video_cards(tx, [event.video_id]).get(event.video_id)) is not None:
        list_item(tx, item_id=card.id, author_id=card.author_id, facts=_facts(card))


def reindex_video(tx: Tx, event: VideoEdited) -> None:
    """Read a video's caption anew."""
    if (card := video_cards(tx, [event.video_id]).get(event.video_id)) is not None:
        list_item(tx, item_id=card.id, author_id=card.author_id, facts=_facts(card), kind="changed")


def unlist_video(tx: Tx, event: VideoRemoved) -> None:
    """Take a video off the list."""
    if event.was_published:
        unlist_item(tx, item_id=event.video_id, author_id=event.author_id)


def index_goods(tx: Tx, event: ProductListed) -> None:
    """List goods that can be bought."""
    _list_goods(tx, product_id=event.product_id)


def reindex_goods(tx: Tx, event: ProductChanged) -> None:
    """Read the words of goods anew."""
    _list_goods(tx, product_id=event.product_id, kind="changed")


def unlist_goods(tx: Tx, event: ProductDelisted) -> None:
    """Take goods off the list."""
    unlist_item(tx, item_id=event.product_id, author_id=event.shop_id)


def follow_limits_of_shop(tx: Tx, event: ShopLimited) -> None:
    """Take all goods of a shop off the list that may not be shown for now, and list them again when they may."""
    _relist_shop(tx, shop_id=event.shop_id)


def unlist_closing_shop(tx: Tx, event: ShopClosing) -> None:
    """Take all goods of a shop off the list that sells no more."""
    _relist_shop(tx, shop_id=event.shop_id)


def learn_from_purchase(tx: Tx, event: OrderPaid) -> None:
    """Count each thing of a paid order once, however many of it were bought."""
    bought = [line.product_id for line in lines_of_orders(tx, [event.order_id])]
    record_purchase(tx, person_id=event.buyer_id, product_ids=bought, kind="buy", ref=str(event.order_id))


def learn_from_refund(tx: Tx, event: LineRefunded) -> None:
    """Take a purchase back that was given up as a whole; a lowered price says nothing of what one likes."""
    line = line_by_id(tx, event.order_line_id)
    if line is not None and event.quantity > 0 and line.refunded_quantity >= line.quantity:
        ref = str(event.order_line_id)
        record_purchase(tx, person_id=event.buyer_id, product_ids=[line.product_id], kind="refund", ref=ref)


def learn_from_like(tx: Tx, event: VideoLiked) -> None:
    record_reaction(tx, person_id=event.person_id, item_id=event.video_id, kind="like", at=event.at)


def learn_from_unlike(tx: Tx, event: VideoUnliked) -> None:
    record_reaction(tx, person_id=event.person_id, item_id=event.video_id, kind="unlike", at=event.at)


def learn_from_favourite(tx: Tx, event: VideoFavourited) -> None:
    record_reaction(tx, person_id=event.person_id, item_id=event.video_id, kind="favourite", at=event.at)


def learn_from_unfavourite(tx: Tx, event: VideoUnfavourited) -> None:
    record_reaction(tx, person_id=event.person_id, item_id=event.video_id, kind="unfavourite", at=event.at)


def learn_from_share(tx: Tx, event: VideoShared) -> None:
    record_reaction(tx, person_id=event.person_id, item_id=event.video_id, kind="share", at=event.at)


def learn_from_comment(tx: Tx, event: CommentPosted) -> None:
    record_reaction(tx, person_id=event.person_id, item_id=event.video_id, kind="comment", at=event.at)


def learn_from_follow(tx: Tx, event: PersonFollowed) -> None:
    """Count a follow for the author, on the occasion of the clip of theirs that the person met last.

    Without such a clip their newest one stands for it; an author without clips has nothing to recommend yet.
    """
    met = newest_items_acted_on(tx, person_id=event.follower_id, limit=_OCCASIONS)
    cards = video_cards(tx, met)
    theirs = [item_id for item_id in met if item_id in cards and cards[item_id].author_id == event.followee_id]
    if not theirs:
        theirs = [card.id for card in videos_by(tx, author_id=event.followee_id, after=None, limit=1)]
    if theirs:
        record_reaction(tx, person_id=event.follower_id, item_id=theirs[0], kind="follow_author", at=event.at)


def erase_signals(tx: Tx, event: AccountDeleted) -> None:
    """Erase what the feed holds of a deleted account."""
    erase_person(tx, person_id=event.account_id)


def _list_goods(tx: Tx, *, product_id: int, kind: Literal["published", "changed"] = "published") -> None:
    # Out of sale again already: that is another event.
    if product_id in product_cards(tx, product_ids=[product_id]):
        found = product_by_id(tx, product_id)
        if found is not None:
            list_item(tx, item_id=found.id, author_id=found.shop_id, facts=_facts_of_goods(tx, found), kind=kind)


def _relist_shop(tx: Tx, *, shop_id: int) -> None:
    after_id: int | None = None
    while found := products_of_shop(tx, shop_id=shop_id, state="listed", after_id=after_id, limit=_GOODS_AT_ONCE):
        shown = product_cards(tx, product_ids=[each.id for each in found])
        for each in found:
            if each.id in shown:
                list_item(tx, item_id=each.id, author_id=shop_id, facts=_facts_of_goods(tx, each))
            else:
                unlist_item(tx, item_id=each.id, author_id=shop_id)
        after_id = found[-1].id


def _facts_of_goods(tx: Tx, found: Product) -> ItemFacts:
    category = categories_by_id(tx, [found.category_id])[found.category_id]
    tokens = goods_tokens(
        found.title,
        category_names=[category.name_zh, category.name_en],
        attributes=found.attributes.values(),
    )
    return ItemFacts(
        kind="goods", tokens=tuple(tokens), duration_ms=0, published_at_ms=to_ms(found.listed_at or found.created_at)
    )


def _facts(card: VideoCard) -> ItemFacts:
    return ItemFacts(
        kind="video",
        tokens=tuple(caption_tokens(card.caption, card.topics)),
        duration_ms=card.playback.duration_ms,
        published_at_ms=to_ms(card.published_at),
    )
