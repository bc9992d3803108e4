"""Puts a card into the words of the API: for the pages of a feed, and for a clip at an address of its own."""

from miaohui.discovery.feed.answers import FeedAuthor, FeedCounts, FeedMedia
from miaohui.discovery.feed.stages.cards import Card
from miaohui.kit.ids import format_id


def describe_author(card: Card, *, followed: bool) -> FeedAuthor:
    """Return who made what a card shows."""
    author = card.author
    return FeedAuthor(
        id=format_id(author.id),
        handle=author.handle,
        nickname=author.nickname,
        avatar=author.avatar_url,
        followed=followed,
    )


def describe_media(card: Card) -> FeedMedia:
    """Return where the pictures of a card are."""
    playback = card.video.playback
    return FeedMedia(
        hls=playback.hls,
        mp4=playback.mp4,
        poster=playback.poster,
        preview=playback.preview,
        width=playback.width,
        height=playback.height,
        duration_ms=playback.duration_ms,
    )


def describe_counts(card: Card) -> FeedCounts:
    """Return what people did to what a card shows."""
    return FeedCounts(
        likes=card.counts.likes,
        comments=card.comments,
        favourites=card.counts.favourites,
        shares=card.counts.shares,
    )
