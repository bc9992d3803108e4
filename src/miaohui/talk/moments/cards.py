"""Moments as they appear in messages."""

from miaohui.kit.cards import Card, card_kind
from miaohui.kit.db import Tx
from miaohui.kit.ids import parse_id
from miaohui.people.accounts.queries import person_cards
from miaohui.talk.moments.access import access_moment
from miaohui.talk.moments.answers import describe_photo
from miaohui.talk.moments.queries import photos_of

_LONGEST_TITLE = 80


@card_kind("moment")
def moment_card(tx: Tx, *, viewer_id: int, ref: str) -> Card | None:
    """A moment, to who may see it by its author's own word: sending it on opens it to nobody. Raises NotFound."""
    found = access_moment(tx, parse_id(ref), viewer_id=viewer_id)
    author = person_cards(tx, [found.author_id]).get(found.author_id)
    if author is None:
        return None
    photos = photos_of(tx, [found.id])
    return Card(
        kind="moment",
        ref=ref,
        title=found.body[:_LONGEST_TITLE] or author.nickname,
        subtitle=author.nickname,
        picture=describe_photo(photos[0]).thumbnail if photos else None,
        url=f"/moments/{ref}",
    )
