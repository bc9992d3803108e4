"""Note in a group what has become of it."""

from collections.abc import Collection

from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id, new_id
from miaohui.people.accounts.queries import person_cards
from miaohui.talk.messaging.actions.send_message import send_message

_NAMED_AT_MOST = 5


def say_in_group(tx: Tx, *, conversation_id: int, by_id: int, what: str, about_ids: Collection[int] = ()) -> None:
    """Write a line of the system: `created`, `added`, `removed`, `left`, `renamed`, `pictured`, `leads`."""
    cards = person_cards(tx, about_ids) if about_ids else {}
    names = [cards[one].nickname for one in list(about_ids)[:_NAMED_AT_MOST] if one in cards]
    send_message(
        tx,
        sender_id=by_id,
        conversation_id=conversation_id,
        client_id=f"system:{new_id()}",
        kind="system",
        body={"what": what, "names": names, "people": len(about_ids), "ids": [format_id(o) for o in about_ids][:5]},
    )
