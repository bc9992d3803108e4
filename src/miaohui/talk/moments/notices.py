"""What people are told of their moments."""

from functools import partial

from miaohui.kit.db import Tx
from miaohui.talk.moments.events import MomentCommented, MomentLiked
from miaohui.talk.moments.queries import comment_by_id, comments_of, likes_of, seen_moment
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import notice_kind

LIKED = notice_kind(
    name="moments.liked",
    group="talk",
    label="A friend likes my moment",
    title="%(person)s likes your moment",
    many=("%(person)s and one other like your moment", "%(person)s and %(others)s others like your moment"),
    discreet="A friend likes your moment",
    channels={"list"},
)
COMMENTED = notice_kind(
    name="moments.commented",
    group="talk",
    label="A friend comments on my moment",
    title="%(person)s says something to your moment",
    many=(
        "%(person)s and one other say something to your moment",
        "%(person)s and %(others)s others say something to your moment",
    ),
    body="%(words)s",
    discreet="A friend says something to your moment",
)
ANSWERED = notice_kind(
    name="moments.answered",
    group="talk",
    label="Somebody answers me at a moment",
    title="%(person)s answers you",
    many=("%(person)s and one other answer you", "%(person)s and %(others)s others answer you"),
    body="%(words)s",
    discreet="A friend answers you",
)


def tell_of_like(tx: Tx, event: MomentLiked) -> None:
    """Tell a moment's author who likes it, if the like still stands."""
    likes = likes_of(tx, viewer_id=event.author_id, moment_ids=[event.moment_id])
    if event.person_id not in {one.account_id for one in likes}:
        return
    notify(
        tx,
        to_id=event.author_id,
        kind=LIKED.name,
        about_id=event.person_id,
        link=f"/moments/{event.moment_id}",
        dedupe=f"{event.moment_id}:{event.person_id}",
    )


def tell_of_comment(tx: Tx, event: MomentCommented) -> None:
    """Tell a moment's author what was said, and whoever was answered; only while they can read it."""
    said = comment_by_id(tx, event.comment_id)
    if said is None:
        return
    told = partial(
        notify,
        tx,
        link=f"/moments/{event.moment_id}",
        data={"words": said.body},
        about_id=event.person_id,
        dedupe=str(said.id),
    )
    if event.reply_to_id != event.author_id:
        told(to_id=event.author_id, kind=COMMENTED.name)
    if event.reply_to_id is not None and _reads(tx, event, viewer_id=event.reply_to_id):
        told(to_id=event.reply_to_id, kind=ANSWERED.name)


def _reads(tx: Tx, event: MomentCommented, *, viewer_id: int) -> bool:
    if seen_moment(tx, event.moment_id, viewer_id=viewer_id) is None:
        return False
    readable = comments_of(tx, viewer_id=viewer_id, moment_ids=[event.moment_id])
    return any(one.id == event.comment_id for one in readable)
