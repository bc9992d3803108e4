"""Let the circle of friends follow each other, show moments, feel something and write to each other."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import permutations

from miaohui.demo.circle import (
    BETWEEN_TWO,
    CIRCLE,
    GROUP,
    GROUP_TITLE,
    IN_GROUP,
    MOODS,
    SHOWINGS,
    Line,
    Showing,
    Snapshot,
)
from miaohui.demo.market.pictures import SIZE_PX, draw_ware
from miaohui.demo.queries import Town, made_clips, resident_ids
from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import format_id
from miaohui.kit.pictures import store_picture
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.talk.messaging.actions.create_group import create_group
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.moments.actions.add_photo import add_photo
from miaohui.talk.moments.actions.comment_moment import comment_moment
from miaohui.talk.moments.actions.like_moment import like_moment
from miaohui.talk.moments.actions.post_moment import post_moment
from miaohui.talk.moments.actions.set_mood import set_mood

_FRIENDS_SINCE = timedelta(days=20)
_ANSWERED_AFTER = timedelta(minutes=7)


def draw_snapshots(blobs: Blobs, *, people: Mapping[str, int]) -> None:
    """Draw and store the photos of all moments; the same again stores the same. Blocks for some 5 s."""
    for showing in SHOWINGS:
        for photo in showing.photos if showing.author in people else ():
            drawn = draw_ware(photo.ware(), ground=photo.ground)
            store_picture(blobs, folder=_folder(people[showing.author]), picture=drawn, name=_name(showing, photo))


def gather_friends(tx: Tx, *, town: Town) -> None:
    """Plant all that passes among the circle. Once: the caller's job ends in the same transaction.

    Whoever has left the town, or was blocked by a visitor meanwhile, stays out of it.
    """
    people = resident_ids(tx)
    for one, other in permutations([name for name in CIRCLE if name in people], 2):
        with suppress(Refusal):
            follow_person(tx, follower_id=people[one], followee_id=people[other], at=town.planted_at - _FRIENDS_SINCE)
    for showing in SHOWINGS:
        if showing.author in people:
            _show(tx, showing, people, town)
    for name, mood, words in MOODS:
        if name in people:
            set_mood(tx, person_id=people[name], mood=mood, words=words, lasts="week")
    clip = next((clip.video_id for clip in made_clips(tx).values() if clip.watched_at is not None), None)
    for lines in BETWEEN_TWO:
        one, other = dict.fromkeys(name for name, _ in lines)
        with suppress(Refusal, KeyError):
            direct = open_direct(tx, one_id=people[one], other_id=people[other], reason="friends")
            _write(tx, direct, lines, people, clip=clip)
    with suppress(Refusal, KeyError):
        first, *others = (people[name] for name in GROUP)
        group = create_group(tx, owner_id=first, title=GROUP_TITLE, member_ids=others)
        _write(tx, group, IN_GROUP, people, clip=clip)


def _show(tx: Tx, showing: Showing, people: Mapping[str, int], town: Town) -> None:
    author_id = people[showing.author]
    at = town.planted_at - showing.ago
    photos = [
        add_photo(
            tx,
            owner_id=author_id,
            key=f"{_folder(author_id)}/{_name(showing, photo)}",
            width=SIZE_PX,
            height=SIZE_PX,
        ).id
        for photo in showing.photos
    ]
    shown = post_moment(
        tx,
        author_id=author_id,
        body=showing.body,
        photo_ids=photos,
        mood=showing.mood,
        client_id=f"demo:{showing.key}",
        at=at,
    )
    for name in showing.liked_by:
        with suppress(Refusal, KeyError):
            like_moment(tx, moment_id=shown.id, account_id=people[name])
    last: int | None = None
    for number, (name, words) in enumerate(showing.said, start=1):
        with suppress(Refusal, KeyError):
            last = comment_moment(
                tx,
                moment_id=shown.id,
                author_id=people[name],
                body=words,
                reply_to=last if name == showing.author else None,
                at=at + number * _ANSWERED_AFTER,
            ).id


def _write(tx: Tx, conversation_id: int, lines: Sequence[Line], people: Mapping[str, int], *, clip: int | None) -> None:
    """Write all lines; everybody has read up to their own last one."""
    for number, (name, said) in enumerate(lines, start=1):
        if said is None and clip is None:
            continue
        kind, body = _body(said, clip)
        sent = send_message(
            tx,
            sender_id=people[name],
            conversation_id=conversation_id,
            client_id=f"demo:{conversation_id}:{number}",
            kind=kind,
            body=body,
        )
        mark_read(tx, conversation_id=conversation_id, person_id=people[name], seq=sent.seq)


def _body(said: str | int | None, clip: int | None) -> tuple[str, dict[str, str]]:
    match said:
        case str():
            return "text", {"text": said}
        case int():
            return "sticker", {"ref": format_id(said)}
    return "card", {"card": "video", "ref": format_id(clip or 0)}


def _folder(author_id: int) -> str:
    return f"private/moments/{author_id}"


def _name(showing: Showing, photo: Snapshot) -> str:
    return f"demo-{showing.key}-{photo.code}"
