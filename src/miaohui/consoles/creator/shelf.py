"""A shelf of clips, page by page: what somebody published, what they like, what they brought."""

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.paging import cut_page, decode_cursor
from miaohui.media.reactions.queries import likes_of, reaction_counts
from miaohui.media.videos.ffmpeg.refusals import REFUSALS
from miaohui.media.videos.queries import VideoCard, own_videos, video_cards, videos_by

_PAGE = 30


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """A clip in a grid. state and progress (0 to 1) matter on the owner's page alone; reason is an English msgid."""

    id: str
    title: str
    poster: str | None
    duration_ms: int
    likes: int
    state: str = "published"
    progress: float = 1.0
    reason: str | None = None


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One page of tiles. after: the cursor of the next page, None at the end."""

    tiles: tuple[Tile, ...]
    after: str | None


def published_shelf(tx: Tx, *, author_id: int, after: str | None) -> Shelf:
    """Return what somebody has out, newest first. Raises InvalidCursor."""
    found = videos_by(tx, author_id=author_id, after=decode_cursor(after), limit=_PAGE + 1)
    cards, following = cut_page(found, limit=_PAGE, position=lambda card: (card.published_at, card.id))
    return Shelf(tiles=_tiles(tx, cards), after=following)


def liked_shelf(tx: Tx, *, person_id: int, after: str | None) -> Shelf:
    """Return what a person likes, newest like first; what is no longer out is left out. Raises InvalidCursor."""
    found = likes_of(tx, person_id=person_id, after=decode_cursor(after), limit=_PAGE + 1)
    likes, following = cut_page(found, limit=_PAGE, position=lambda like: (like.reacted_at, like.video_id))
    cards = video_cards(tx, [like.video_id for like in likes])
    out = [cards[like.video_id] for like in likes if like.video_id in cards]
    return Shelf(tiles=_tiles(tx, out), after=following)


def own_shelf(tx: Tx, *, person_id: int, after: str | None) -> Shelf:
    """Return all that a person has brought, whatever became of it, newest first. Raises InvalidCursor."""
    found = own_videos(tx, author_id=person_id, after=decode_cursor(after), limit=_PAGE + 1)
    videos, following = cut_page(found, limit=_PAGE, position=lambda video: (video.created_at, video.id))
    counts = reaction_counts(tx, [video.id for video in videos])
    tiles = tuple(
        Tile(
            id=str(video.id),
            title=video.caption,
            poster=video.thumbnail or video.poster,
            duration_ms=video.duration_ms or 0,
            likes=counts[video.id].likes,
            state=video.state,
            progress=video.progress,
            reason=REFUSALS[video.refusal_code].title if video.refusal_code in REFUSALS else None,
        )
        for video in videos
    )
    return Shelf(tiles=tiles, after=following)


def _tiles(tx: Tx, cards: list[VideoCard]) -> tuple[Tile, ...]:
    counts = reaction_counts(tx, [card.id for card in cards])
    return tuple(
        Tile(
            id=str(card.id),
            title=card.caption,
            poster=card.playback.thumbnail,
            duration_ms=card.playback.duration_ms,
            likes=counts[card.id].likes,
        )
        for card in cards
    )
