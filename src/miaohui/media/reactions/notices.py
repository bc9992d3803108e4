"""What people are told of how their clips are received."""

from miaohui.kit.db import Tx
from miaohui.media.reactions.events import VideoFavourited, VideoLiked, VideoUnfavourited, VideoUnliked
from miaohui.media.reactions.queries import reactions_to
from miaohui.media.videos.queries import video_cards
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.actions.remove_notices import withdraw
from miaohui.talk.notifications.kinds import notice_kind

LIKED = notice_kind(
    name="reactions.liked",
    group="content",
    label="Somebody likes my clip",
    title="%(person)s likes your clip",
    many=("%(person)s and one other like your clip", "%(person)s and %(others)s others like your clip"),
    body="%(caption)s",
    discreet="Somebody likes your clip",
)
FAVOURITED = notice_kind(
    name="reactions.favourited",
    group="content",
    label="Somebody keeps my clip",
    title="%(person)s keeps your clip",
    many=("%(person)s and one other keep your clip", "%(person)s and %(others)s others keep your clip"),
    body="%(caption)s",
    discreet="Somebody keeps your clip",
    channels={"list"},
)


def tell_of_like(tx: Tx, event: VideoLiked) -> None:
    """Tell a clip's author who likes it, if the like still stands."""
    if reactions_to(tx, video_id=event.video_id, person_id=event.person_id).liked:
        _tell(tx, event, LIKED.name)


def tell_of_favourite(tx: Tx, event: VideoFavourited) -> None:
    """Tell a clip's author who keeps it, if it is kept still."""
    if reactions_to(tx, video_id=event.video_id, person_id=event.person_id).favourited:
        _tell(tx, event, FAVOURITED.name)


def take_back_like(tx: Tx, event: VideoUnliked) -> None:
    """Take back what is no longer so."""
    withdraw(tx, to_id=event.author_id, kind=LIKED.name, subject=_place(event.video_id), about_id=event.person_id)


def take_back_favourite(tx: Tx, event: VideoUnfavourited) -> None:
    """Take back what is no longer so."""
    withdraw(tx, to_id=event.author_id, kind=FAVOURITED.name, subject=_place(event.video_id), about_id=event.person_id)


def _tell(tx: Tx, event: VideoLiked | VideoFavourited, kind: str) -> None:
    shown = video_cards(tx, [event.video_id]).get(event.video_id)
    if shown is not None:
        notify(
            tx,
            to_id=event.author_id,
            kind=kind,
            about_id=event.person_id,
            link=_place(event.video_id),
            data={"caption": shown.caption},
            dedupe=f"{event.video_id}:{event.person_id}",
        )


def _place(video_id: int) -> str:
    return f"/v/{video_id}"
