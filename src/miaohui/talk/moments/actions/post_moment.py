"""Show something to one's friends."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.cards import make_card
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Conflict
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.kit.ids import format_id, new_id
from miaohui.people.graph.tables import follow
from miaohui.talk.moments.events import MomentPosted
from miaohui.talk.moments.moods import Mood
from miaohui.talk.moments.queries import Audience, Moment, moment_by_client_id
from miaohui.talk.moments.tables import moment, moment_audience, moment_photo, moment_timeline
from miaohui.talk.moments.words import LONGEST_BODY, InvalidMoment, clean_words

MOST_PHOTOS = 9
MOST_NAMED = 500


class PhotoNotUsable(Conflict):
    """A photo is not the author's, or stands in another moment, or was swept away unposted. Data: photo_id."""

    code = "photo_not_usable"
    title = "One of the photos is not there any more. Please choose it again"


def post_moment(
    tx: Tx,
    *,
    author_id: int,
    body: str = "",
    photo_ids: Sequence[int] = (),
    clip_ref: str | None = None,
    mood: Mood | None = None,
    audience: Audience = "friends",
    named_ids: Sequence[int] = (),
    client_id: str | None = None,
    at: datetime | None = None,
) -> Moment:
    """Post a moment and lay it on the author's own time line; their friends' follow by event.

    photo_ids: up to nine, uploaded before. clip_ref: a clip that the author can see. named_ids: with `some` those
    who alone may see it, with `not_some` those who may not; of these only friends count. client_id: the author's
    own name for this act; the same one again returns the first result. at: when it was posted, if not now.
    Raises InvalidMoment, PhotoNotUsable, CardNotFound, IdempotencyKeyReused.
    """
    text = clean_words(body, longest=LONGEST_BODY, needed=False)
    if client_id is not None and (first := moment_by_client_id(tx, author_id=author_id, client_id=client_id)):
        return _first_result(first, text=text, audience=audience)
    photos = list(dict.fromkeys(photo_ids))
    if not (text or photos or clip_ref or mood):
        raise InvalidMoment("There is nothing to show yet: words, photos, a clip or a mood")
    _check(photos, clip_ref, audience, named_ids)
    if clip_ref is not None:
        make_card(tx, kind="video", ref=clip_ref, viewer_id=author_id)
    posted = Moment(
        id=new_id(),
        author_id=author_id,
        client_id=client_id,
        body=text,
        mood=mood,
        clip_ref=clip_ref,
        audience=audience,
        state="visible",
        posted_at=at or tx.now,
    )
    if not insert_if_absent(tx, moment, {field: getattr(posted, field) for field in posted.__struct_fields__}):
        return _result_of_competitor(tx, posted)
    _place_photos(tx, posted, photos)
    _name_audience(tx, posted, named_ids)
    row = {"person_id": author_id, "moment_id": posted.id, "posted_at": posted.posted_at}
    tx.execute(sa.insert(moment_timeline).values(**row))
    tx.emit(MomentPosted(moment_id=posted.id, author_id=author_id, at=posted.posted_at))
    return posted


def _check(photos: Sequence[int], clip_ref: str | None, audience: Audience, named_ids: Sequence[int]) -> None:
    if photos and clip_ref:
        raise InvalidMoment("A moment has photos or a clip, not both")
    if len(photos) > MOST_PHOTOS:
        raise InvalidMoment("Nine photos at most")
    if (audience == "friends") == bool(named_ids) or len(named_ids) > MOST_NAMED:
        raise InvalidMoment("Please choose who may see this, or who may not")


def _place_photos(tx: Tx, posted: Moment, photos: Sequence[int]) -> None:
    for position, photo_id in enumerate(photos):
        loose = sa.and_(
            moment_photo.c.id == photo_id,
            moment_photo.c.owner_id == posted.author_id,
            moment_photo.c.moment_id.is_(None),
        )
        if not tx.changed(sa.update(moment_photo).where(loose).values(moment_id=posted.id, position=position)):
            raise PhotoNotUsable(photo_id=format_id(photo_id))


def _name_audience(tx: Tx, posted: Moment, named_ids: Sequence[int]) -> None:
    """Strangers' ids are left out: a list that holds them would tell nobody anything, but stay for ever."""
    if not named_ids:
        return
    followed = sa.select(follow.c.followee_id).where(
        follow.c.follower_id == posted.author_id, follow.c.followee_id.in_(set(named_ids))
    )
    named = tx.scalars(followed)
    if named:
        tx.execute(sa.insert(moment_audience), [{"moment_id": posted.id, "person_id": one} for one in sorted(named)])


def _first_result(first: Moment, *, text: str, audience: Audience) -> Moment:
    # The words of a deleted moment are gone, and with them the means to compare.
    if first.state == "visible" and (first.body, first.audience) != (text, audience):
        raise IdempotencyKeyReused
    return first


def _result_of_competitor(tx: Tx, posted: Moment) -> Moment:
    """Return what the same request, sent twice at once, has posted in the meantime."""
    first = posted.client_id and moment_by_client_id(tx, author_id=posted.author_id, client_id=posted.client_id)
    if not first:
        raise RuntimeError("a new id was drawn twice")
    return _first_result(first, text=posted.body, audience=posted.audience)
