"""What a person likes and keeps: for their own eyes."""

from datetime import datetime
from typing import Literal

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.paging import Position, cut_page, decode_cursor
from miaohui.media.comments.queries import comment_counts
from miaohui.media.reactions.queries import (
    OwnReactions,
    Reaction,
    ReactionCounts,
    favourites_of,
    likes_of,
    own_reactions,
    reaction_counts,
)
from miaohui.media.videos.answers import Video, video_for_anyone
from miaohui.media.videos.queries import VideoCard, video_cards
from miaohui.people.accounts.queries import PersonCard, person_cards
from miaohui.people.graph.answers import Person, person_of

Shelf = Literal["likes", "favourites"]


class CollectedCounts(ReactionCounts, frozen=True, kw_only=True):
    """What people did to a video."""

    comments: int


class CollectedVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A video that a person likes or keeps. reacted_at: since when."""

    video: Video
    author: Person
    counts: CollectedCounts
    liked: bool
    favourited: bool
    reacted_at: datetime


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a collection. What was taken down is missing from it; only a null cursor means the end."""

    items: list[CollectedVideo]
    cursor: str | None


def read_collection(tx: Tx, *, shelf: Shelf, person_id: int, cursor: str | None, limit: int) -> Collection:
    """Return one page of what a person likes, or keeps, newest first. Raises InvalidCursor."""
    query = likes_of if shelf == "likes" else favourites_of
    found = query(tx, person_id=person_id, after=decode_cursor(cursor), limit=limit + 1)
    shown, following = cut_page(found, limit=limit, position=_place)
    cards = video_cards(tx, [one.video_id for one in shown])
    authors = person_cards(tx, {card.author_id for card in cards.values()})
    counts, comments = reaction_counts(tx, cards), comment_counts(tx, cards)
    own = own_reactions(tx, person_id=person_id, video_ids=cards)
    items = [
        _collected(one, card=card, author=author, counts=counts[card.id], comments=comments[card.id], own=own[card.id])
        for one in shown
        if (card := cards.get(one.video_id)) is not None and (author := authors.get(card.author_id)) is not None
    ]
    return Collection(items=items, cursor=following)


def _place(one: Reaction) -> Position:
    return one.reacted_at, one.video_id


def _collected(
    one: Reaction, *, card: VideoCard, author: PersonCard, counts: ReactionCounts, comments: int, own: OwnReactions
) -> CollectedVideo:
    return CollectedVideo(
        video=video_for_anyone(card),
        author=person_of(author),
        counts=CollectedCounts(
            likes=counts.likes, favourites=counts.favourites, shares=counts.shares, comments=comments
        ),
        liked=own.liked,
        favourited=own.favourited,
        reacted_at=one.reacted_at,
    )
