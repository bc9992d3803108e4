"""Moments as the API and the page show them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from miaohui.kit.cards import Card, find_card
from miaohui.kit.db import Tx
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import cut_page, decode_cursor
from miaohui.people.accounts.queries import PersonCard, person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.people.graph.queries import friends_of, relationships
from miaohui.talk.moments.access import access_moment
from miaohui.talk.moments.moods import Mood
from miaohui.talk.moments.queries import (
    Audience,
    Moment,
    MomentComment,
    Photo,
    album_of,
    audience_of,
    comments_of,
    likes_of,
    moods_for,
    photos_of,
    timeline_of,
    window_of,
)

_MOST_FRIENDS = 1000
"""Offered in the composer; who has more of them names people over the API."""


class PhotoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A photo. url: 720 px wide, thumbnail: 240, large: 1440; width and height are those of the largest."""

    id: Id
    url: str
    thumbnail: str
    large: str
    width: int
    height: int


class MomentCommentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Something said to a moment, by a common friend. reply_to: who is answered."""

    id: Id
    author: Person
    reply_to: Person | None
    body: str
    mine: bool
    can_delete: bool
    posted_at: datetime


class MomentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A moment as the asking person sees it: likes and comments are those of common friends.

    clip: null where there is none, or the person must not see it; then `clip_gone` tells the two apart.
    audience and named (people chosen by `some` and `not_some`) are told to the author alone. name: the asking
    person's own name for the author, or the nickname.
    """

    id: Id
    author: Person
    name: str
    body: str
    mood: Mood | None
    photos: list[PhotoAnswer]
    clip: Card | None
    clip_gone: bool
    audience: Audience | None
    named: list[Person]
    mine: bool
    liked: bool
    likes: list[Person]
    comments: list[MomentCommentAnswer]
    posted_at: datetime


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """A page of moments, newest first. cursor: for the next one; null at the end."""

    items: list[MomentAnswer]
    cursor: str | None


class MoodAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody feels just now."""

    person: Person
    mine: bool
    mood: Mood
    words: str
    set_at: datetime
    expires_at: datetime


class Moods(msgspec.Struct, frozen=True, kw_only=True):
    """One's own mood and those of one's friends, newest first."""

    items: list[MoodAnswer]


class MomentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """window_days: how many days back friends may look, null for everything."""

    window_days: int | None


def read_timeline(tx: Tx, *, viewer_id: int, cursor: str | None, limit: int) -> Moments:
    """Return a page of the friends' tab. Raises InvalidCursor."""
    found = timeline_of(tx, viewer_id=viewer_id, after=decode_cursor(cursor), limit=limit + 1)
    return _page(tx, found, viewer_id=viewer_id, limit=limit)


def read_album(tx: Tx, *, author_id: int, viewer_id: int, cursor: str | None, limit: int) -> Moments:
    """Return a page of what one person shows to another. Raises InvalidCursor."""
    found = album_of(tx, author_id=author_id, viewer_id=viewer_id, after=decode_cursor(cursor), limit=limit + 1)
    return _page(tx, found, viewer_id=viewer_id, limit=limit)


def read_moment(tx: Tx, *, moment_id: int, viewer_id: int) -> MomentAnswer:
    """Return one moment. Raises NotFound."""
    found = access_moment(tx, moment_id, viewer_id=viewer_id)
    return describe_moments(tx, [found], viewer_id=viewer_id)[0]


def read_moods(tx: Tx, *, viewer_id: int) -> Moods:
    """Return how a person and their friends feel."""
    found = moods_for(tx, viewer_id=viewer_id)
    cards = person_cards(tx, [one.person_id for one in found])
    return Moods(
        items=[
            MoodAnswer(
                person=person_of(cards[one.person_id]),
                mine=one.person_id == viewer_id,
                mood=one.mood,
                words=one.words,
                set_at=one.set_at,
                expires_at=one.expires_at,
            )
            for one in found
            if one.person_id in cards
        ]
    )


def read_settings(tx: Tx, *, person_id: int) -> MomentSettings:
    """Return how far back a person's friends may look."""
    return MomentSettings(window_days=window_of(tx, person_id))


def read_friends(tx: Tx, *, person_id: int) -> list[Person]:
    """Return a person's friends for the picker of an audience."""
    ties = friends_of(tx, person_id=person_id, after=None, limit=_MOST_FRIENDS)
    cards = person_cards(tx, [tie.account_id for tie in ties])
    return [person_of(cards[tie.account_id]) for tie in ties if tie.account_id in cards]


def describe_photo(photo: Photo) -> PhotoAnswer:
    """Return a photo as whoever may see it does."""
    address = f"/api/v1/moments/photos/{photo.id}"
    return PhotoAnswer(
        id=format_id(photo.id),
        url=f"{address}?width=720",
        thumbnail=f"{address}?width=240",
        large=f"{address}?width=1440",
        width=photo.width,
        height=photo.height,
    )


def describe_moments(tx: Tx, found: Sequence[Moment], *, viewer_id: int) -> list[MomentAnswer]:
    """Return moments that the viewer sees, with what is on them; whoever has left the fair is left out."""
    ids = [one.id for one in found]
    if not ids:
        return []
    photos, likes, comments = photos_of(tx, ids), *_said(tx, ids, viewer_id=viewer_id)
    named = {
        one.id: audience_of(tx, one.id) for one in found if one.author_id == viewer_id and one.audience != "friends"
    }
    cards = person_cards(
        tx,
        {
            *(one.author_id for one in found),
            *(liker for likers in likes.values() for liker in likers),
            *(each for one in comments for each in (one.author_id, one.reply_to_id) if each is not None),
            *(each for people in named.values() for each in people),
        },
    )
    ties = relationships(tx, viewer_id=viewer_id, person_ids={one.author_id for one in found})
    answers = []
    for one in found:
        if one.author_id not in cards:
            continue
        clip = one.clip_ref and find_card(tx, kind="video", ref=one.clip_ref, viewer_id=viewer_id)
        mine = one.author_id == viewer_id
        answers.append(
            MomentAnswer(
                id=format_id(one.id),
                author=person_of(cards[one.author_id]),
                name=ties[one.author_id].remark or cards[one.author_id].nickname,
                body=one.body,
                mood=one.mood,
                photos=[describe_photo(photo) for photo in photos if photo.moment_id == one.id],
                clip=clip or None,
                clip_gone=one.clip_ref is not None and not clip,
                audience=one.audience if mine else None,
                named=_people(cards, sorted(named.get(one.id, ()))),
                mine=mine,
                liked=viewer_id in likes[one.id],
                likes=_people(cards, likes[one.id]),
                comments=[
                    _comment(each, cards, viewer_id=viewer_id, own_moment=mine)
                    for each in comments
                    if each.moment_id == one.id and each.author_id in cards
                ],
                posted_at=one.posted_at,
            )
        )
    return answers


def _page(tx: Tx, found: Sequence[Moment], *, viewer_id: int, limit: int) -> Moments:
    shown, following = cut_page(found, limit=limit, position=lambda one: (one.posted_at, one.id))
    return Moments(items=describe_moments(tx, shown, viewer_id=viewer_id), cursor=following)


def _said(tx: Tx, ids: Sequence[int], *, viewer_id: int) -> tuple[dict[int, list[int]], list[MomentComment]]:
    likes: dict[int, list[int]] = {moment_id: [] for moment_id in ids}
    for like in likes_of(tx, viewer_id=viewer_id, moment_ids=ids):
        likes[like.moment_id].append(like.account_id)
    return likes, comments_of(tx, viewer_id=viewer_id, moment_ids=ids)


def _people(cards: dict[int, PersonCard], ids: Iterable[int]) -> list[Person]:
    return [person_of(cards[one]) for one in ids if one in cards]


def _comment(
    one: MomentComment, cards: dict[int, PersonCard], *, viewer_id: int, own_moment: bool
) -> MomentCommentAnswer:
    answered = None if one.reply_to_id is None else cards.get(one.reply_to_id)
    mine = one.author_id == viewer_id
    return MomentCommentAnswer(
        id=format_id(one.id),
        author=person_of(cards[one.author_id]),
        reply_to=None if answered is None else person_of(answered),
        body=one.body,
        mine=mine,
        can_delete=mine or own_moment,
        posted_at=one.posted_at,
    )
