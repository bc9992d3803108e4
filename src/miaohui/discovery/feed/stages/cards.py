"""Reads what a card shows: the clip, its author, the counters, what it carries, and what the person did to it."""

from collections.abc import Iterable

import msgspec

from miaohui.commerce.catalogue.queries import products_of_videos
from miaohui.commerce.storefront.answers import GoodsCard, card_sales, describe_card
from miaohui.kit.db import Tx
from miaohui.media.comments.queries import comment_counts
from miaohui.media.reactions.queries import OwnReactions, ReactionCounts, own_reactions, reaction_counts
from miaohui.media.videos.queries import VideoCard, video_cards
from miaohui.people.accounts.queries import PersonCard, person_cards

NOTHING_DONE = OwnReactions()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """All that a card shows of an item, apart from why it is there."""

    video: VideoCard
    author: PersonCard
    counts: ReactionCounts
    comments: int
    own: OwnReactions
    products: tuple[GoodsCard, ...] = ()
    """What the clip carries, as the API shows it."""


def read_cards(tx: Tx, *, item_ids: Iterable[int], account_id: int | None) -> dict[int, Card]:
    """Return the cards of these items by id, in one query for each domain.

    An item that was taken down, or whose author is gone, is absent. account_id: who asks, None for nobody's
    account.
    """
    videos = video_cards(tx, item_ids)
    authors = person_cards(tx, {video.author_id for video in videos.values()})
    shown = [item_id for item_id, video in videos.items() if video.author_id in authors]
    counts = reaction_counts(tx, shown)
    comments = comment_counts(tx, shown)
    goods = products_of_videos(tx, video_ids=shown)
    sales = card_sales(tx, [each for carried in goods.values() for each in carried])
    own = own_reactions(tx, person_id=account_id, video_ids=shown) if account_id is not None else {}
    return {
        item_id: Card(
            video=videos[item_id],
            author=authors[videos[item_id].author_id],
            counts=counts[item_id],
            comments=comments[item_id],
            own=own.get(item_id, NOTHING_DONE),
            products=tuple(describe_card(each, sale=sales.get(each.id)) for each in goods.get(item_id, ())),
        )
        for item_id in shown
    }
