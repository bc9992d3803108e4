"""Videos as they appear in messages."""

from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id
from miaohui.media.videos.access import access_video
from miaohui.media.videos.queries import video_cards
from miaohui.people.accounts.queries import person_cards


@card_kind("video")
def video_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A published video whose author the viewer may meet. Raises NotFound."""
    video_id = access_video(tx, video_id=parse_id(ref), viewer_id=viewer_id).id
    shown = video_cards(tx, [video_id]).get(video_id)
    if shown is None:
        return None
    author = person_cards(tx, [shown.author_id]).get(shown.author_id)
    nickname = "" if author is None else author.nickname
    return Card(
        kind="video",
        ref=ref,
        title=shown.caption or nickname,
        subtitle=nickname or None,
        picture=shown.playback.thumbnail,
        url=f"/v/{ref}",
    )
