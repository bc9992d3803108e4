"""Say something to a moment, or take it back."""

from datetime import datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import NotFound
from miaohui.kit.idempotency import IdempotencyKeyReused
from miaohui.kit.ids import new_id
from miaohui.talk.moments.access import access_comment_to_delete, access_moment
from miaohui.talk.moments.events import MomentCommented
from miaohui.talk.moments.locks import hold_visible
from miaohui.talk.moments.queries import MomentComment, comment_by_client_id, comments_of
from miaohui.talk.moments.tables import moment_comment
from miaohui.talk.moments.words import LONGEST_COMMENT, clean_words


def comment_moment(
    tx: Tx,
    *,
    moment_id: int,
    author_id: int,
    body: str,
    reply_to: int | None = None,
    client_id: str | None = None,
    at: datetime | None = None,
) -> MomentComment:
    """Say something to a moment. reply_to: the comment that is answered, one that the author can read.

    client_id: the author's own name for this act; the same one again returns the first result. at: when it was said,
    if not now. Raises InvalidMoment, IdempotencyKeyReused, and NotFound if moment or comment are not there for this person.
    """
    text = clean_words(body, longest=LONGEST_COMMENT, needed=True)
    if client_id is not None and (first := comment_by_client_id(tx, author_id=author_id, client_id=client_id)):
        return _first_result(first, moment_id=moment_id, text=text)
    found = access_moment(tx, moment_id, viewer_id=author_id)
    answered = None if reply_to is None else _readable(tx, moment_id, reply_to, viewer_id=author_id)
    if not hold_visible(tx, moment_id):
        raise NotFound  # It was deleted a moment ago.
    said = MomentComment(
        id=new_id(),
        moment_id=moment_id,
        author_id=author_id,
        # An answer to oneself is no answer.
        reply_to_id=None if answered is None or answered.author_id == author_id else answered.author_id,
        client_id=client_id,
        body=text,
        posted_at=at or tx.now,
    )
    if not insert_if_absent(tx, moment_comment, {field: getattr(said, field) for field in said.__struct_fields__}):
        return _result_of_competitor(tx, said)
    tx.emit(
        MomentCommented(
            comment_id=said.id,
            moment_id=moment_id,
            author_id=found.author_id,
            person_id=author_id,
            reply_to_id=said.reply_to_id,
            at=tx.now,
        )
    )
    return said


def delete_moment_comment(tx: Tx, *, comment_id: int, by_id: int) -> None:
    """Take a comment away on behalf of its author or the moment's. Raises NotFound, Forbidden."""
    found = access_comment_to_delete(tx, comment_id, person_id=by_id)
    tx.execute(sa.delete(moment_comment).where(moment_comment.c.id == found.id))


def _readable(tx: Tx, moment_id: int, comment_id: int, *, viewer_id: int) -> MomentComment:
    readable = comments_of(tx, viewer_id=viewer_id, moment_ids=[moment_id])
    answered = next((one for one in readable if one.id == comment_id), None)
    if answered is None:
        raise NotFound
    return answered


def _first_result(first: MomentComment, *, moment_id: int, text: str) -> MomentComment:
    if (first.moment_id, first.body) != (moment_id, text):
        raise IdempotencyKeyReused
    return first


def _result_of_competitor(tx: Tx, said: MomentComment) -> MomentComment:
    """Return what the same request, sent twice at once, has said in the meantime."""
    first = said.client_id and comment_by_client_id(tx, author_id=said.author_id, client_id=said.client_id)
    if not first:
        raise RuntimeError("a new id was drawn twice")
    return _first_result(first, moment_id=said.moment_id, text=said.body)
