"""Where a person is fetched on behalf of another, and the permission with it."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.people.accounts.queries import PersonCard, person_cards
from miaohui.people.graph.queries import blocked_either_way, has_blocked


def access_account(tx: Tx, person_id: int) -> PersonCard:
    """Return a person whoever asks. Raises NotFound if there is none, or none any more."""
    card = person_cards(tx, [person_id]).get(person_id)
    if card is None:
        raise NotFound
    return card


def access_profile(tx: Tx, *, person_id: int, viewer_id: int) -> PersonCard:
    """Return a person as `viewer_id` may look them up, to follow or to unblock them.

    Raises NotFound if there is none or they blocked the viewer; the viewer cannot tell which.
    """
    card = access_account(tx, person_id)
    if has_blocked(tx, blocker_id=person_id, blocked_id=viewer_id):
        raise NotFound
    return card


def access_person(tx: Tx, *, person_id: int, viewer_id: int) -> PersonCard:
    """Return a person whose things `viewer_id` may see.

    Raises NotFound if there is none, or either of the two blocked the other.
    """
    card = access_account(tx, person_id)
    if blocked_either_way(tx, person_id, viewer_id):
        raise NotFound
    return card
