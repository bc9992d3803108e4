"""What people are told of what is said under clips."""

from miaohui.kit.db import Tx
from miaohui.media.comments.events import CommentDeleted, CommentLiked, CommentPosted, CommentUnliked
from miaohui.media.comments.queries import Comment, comment_by_id, liked_comments
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.actions.remove_notices import withdraw, withdraw_from_all
from miaohui.talk.notifications.kinds import notice_kind

POSTED = notice_kind(
    name="comments.posted",
    group="content",
    label="Somebody comments on my clip",
    title="%(person)s says under your clip:",
    body="%(words)s",
    discreet="Somebody says something under your clip",
)
ANSWERED = notice_kind(
    name="comments.answered",
    group="content",
    label="Somebody answers my comment",
    title="%(person)s answers you:",
    body="%(words)s",
    discreet="Somebody answers your comment",
)
LIKED = notice_kind(
    name="comments.liked",
    group="content",
    label="Somebody likes my comment",
    title="%(person)s likes your comment",
    many=("%(person)s and one other like your comment", "%(person)s and %(others)s others like your comment"),
    body="%(words)s",
    discreet="Somebody likes your comment",
    channels={"list", "push"},
)


def tell_of_comment(tx: Tx, event: CommentPosted) -> None:
    """Tell whoever is answered, and the clip's author; who is both is told once."""
    said = _standing(tx, event.comment_id)
    if said is None:
        return
    if event.reply_to_person_id is not None:
        _tell(tx, said, to_id=event.reply_to_person_id, kind=ANSWERED.name)
    if event.author_id != event.reply_to_person_id:
        _tell(tx, said, to_id=event.author_id, kind=POSTED.name)


def tell_of_like(tx: Tx, event: CommentLiked) -> None:
    """Tell who said something that somebody likes it, if the like still stands."""
    said = _standing(tx, event.comment_id)
    if said is not None and liked_comments(tx, person_id=event.person_id, comment_ids=[said.id]):
        notify(
            tx,
            to_id=event.commenter_id,
            kind=LIKED.name,
            about_id=event.person_id,
            link=_place(said),
            data={"words": said.body or ""},
            subject=_subject(said.id),
            dedupe=f"{said.id}:{event.person_id}",
        )


def take_back_like(tx: Tx, event: CommentUnliked) -> None:
    """Take back what is no longer so."""
    subject = _subject(event.comment_id)
    withdraw(tx, to_id=event.commenter_id, kind=LIKED.name, subject=subject, about_id=event.person_id)


def take_back_comment(tx: Tx, event: CommentDeleted) -> None:
    """Let deleted words stand in nobody's list."""
    for kind in (POSTED, ANSWERED, LIKED):
        withdraw_from_all(tx, kind=kind.name, subject=_subject(event.comment_id))


def _tell(tx: Tx, said: Comment, *, to_id: int, kind: str) -> None:
    notify(
        tx,
        to_id=to_id,
        kind=kind,
        about_id=said.author_id,
        link=_place(said),
        data={"words": said.body or ""},
        subject=_subject(said.id),
        dedupe=str(said.id),
    )


def _standing(tx: Tx, comment_id: int) -> Comment | None:
    said = comment_by_id(tx, comment_id)
    return said if said is not None and said.state == "visible" else None


def _subject(comment_id: int) -> str:
    return f"comment {comment_id}"


def _place(said: Comment) -> str:
    return f"/v/{said.video_id}?comment={said.id}"
