"""What the moments do in the worker."""

from miaohui.kit.jobs import JobContext, job
from miaohui.kit.pictures import remove_picture
from miaohui.people.accounts.export import contribute
from miaohui.talk.moments.actions.add_photo import sweep_photos
from miaohui.talk.moments.actions.fan_out import trim_timelines
from miaohui.talk.moments.actions.set_mood import forget_past_moods
from miaohui.talk.moments.own_export import (
    comments_for_export,
    likes_for_export,
    moments_for_export,
    mood_for_export,
    photos_for_export,
)

contribute("moments", rows=moments_for_export, files=photos_for_export)
contribute("moment_comments", rows=comments_for_export)
contribute("moment_likes", rows=likes_for_export)
contribute("moment_mood", rows=mood_for_export)

_A_BATCH = 200


@job("moments.remove_photo", max_attempts=5)
def remove_photo(context: JobContext, *, key: str) -> None:
    """Remove the files of a photo that nobody may see any more."""
    remove_picture(context.blobs, key)


@job("moments.tidy")
def tidy(context: JobContext) -> None:
    """Trim long time lines, forget moods that are over, and remove photos that were never posted."""
    context.write(forget_past_moods)
    while context.write(trim_timelines, people=_A_BATCH) == _A_BATCH:
        pass
    while keys := context.write(sweep_photos, limit=_A_BATCH):
        for key in keys:
            remove_picture(context.blobs, key)
