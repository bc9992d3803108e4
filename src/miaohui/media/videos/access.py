"""Where a video is fetched on somebody's behalf, and the permission with it."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.kit.http.viewer import Viewer
from miaohui.media.videos.locks import lock_video
from miaohui.media.videos.queries import VideoFacts, video_facts
from miaohui.people.graph.queries import blocked_either_way


def access_video(tx: Tx, *, video_id: int, viewer_id: int) -> VideoFacts:
    """Return a video that this person may watch: a published one whose author they may meet.

    viewer_id: an account, or the identity of somebody without one.
    Raises NotFound.
    """
    found = video_facts(tx, video_id)
    if found is None or found.state != "published":
        raise NotFound
    if found.author_id != viewer_id and blocked_either_way(tx, found.author_id, viewer_id):
        raise NotFound
    return found


def access_own_video(tx: Tx, *, video_id: int, person_id: int, for_update: bool = False) -> VideoFacts:
    """Return a video to the person whose it is, in whatever state but removed.

    Raises NotFound, or Forbidden for somebody who can watch it.
    """
    found = lock_video(tx, video_id) if for_update else video_facts(tx, video_id)
    if found is None or found.state == "removed":
        raise NotFound
    if found.author_id != person_id:
        access_video(tx, video_id=video_id, viewer_id=person_id)
        raise Forbidden
    return found


def video_author(tx: Tx, video_id: int) -> int:
    """Return who published a video, also when it is removed. Raises NotFound."""
    found = video_facts(tx, video_id)
    if found is None:
        raise NotFound
    return found.author_id


def may_hear_progress(tx: Tx, viewer: Viewer, *, video_id: int) -> bool:
    """Rule of the topic `videos:{video_id}:progress`: its owner alone."""
    found = video_facts(tx, video_id)
    return found is not None and viewer.account_id == found.author_id
