"""What the feed does about others' events. Each runs once per event, so each act is one row of the log."""

from miaohui.discovery.feed.actions.erase_person import erase_person
from miaohui.discovery.feed.actions.list_item import list_item
from miaohui.discovery.feed.actions.record_reaction import record_reaction
from miaohui.discovery.feed.actions.unlist_item import unlist_item
from miaohui.discovery.feed.queries import newest_items_acted_on
from miaohui.discovery.feed.signal_log import ItemFacts
from miaohui.discovery.feed.tokens import caption_tokens
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


def _facts(card: VideoCard) -> ItemFacts:
    return ItemFacts(
        kind="video",
        tokens=tuple(caption_tokens(card.caption, card.topics)),
        duration_ms=card.playback.duration_ms,
        published_at_ms=to_ms(card.published_at),
    )
