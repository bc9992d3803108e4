"""What people are told of the clips that they brought."""

from miaohui.kit.db import Tx
from miaohui.media.videos.events import VideoFailed, VideoRefused
from miaohui.talk.notifications.actions.notify import notify
from miaohui.talk.notifications.kinds import notice_kind

REFUSED = notice_kind(
    name="videos.refused",
    group="content",
    label="My clip cannot be shown",
    title="Your clip cannot be shown. See why, and what you can do",
    discreet="One of your clips cannot be shown",
)


def tell_of_refusal(tx: Tx, event: VideoRefused | VideoFailed) -> None:
    """Tell somebody that their file did not become a clip."""
    subject = f"video {event.video_id}"
    notify(tx, to_id=event.author_id, kind=REFUSED.name, link="/me", subject=subject, dedupe=str(event.video_id))
