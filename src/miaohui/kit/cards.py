"""Small pictures of things for messages, notices and moments: a domain says how its own appear, and to whom.

A domain's `cards.py` declares its kinds; `card_kinds.py` at the root finds them. So a lower floor can show
what belongs to an upper one without knowing it.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A thing in a line or two. ref: the thing's own id, as text. url, picture: paths of our own origin.

    price_minor: what it costs, or what a coupon takes off, in units of `currency`.
    """

    kind: str
    ref: str
    title: str
    subtitle: str | None = None
    picture: str | None = None
    url: str | None = None
    price_minor: int | None = None
    currency: str | None = None


class CardNotFound(NotFound):
    """There is no such thing, or it is not for this person to see."""


class MakeCard(Protocol):
    """What `@card_kind` decorates: returns None, or raises NotFound, where the viewer must not see the thing."""

    def __call__(self, tx: Tx, *, viewer_id: int, ref: str) -> Card | None: ...


M = TypeVar("M", bound=MakeCard)
_makers: dict[str, MakeCard] = {}


def card_kind(kind: str) -> Callable[[M], M]:
    """Register the decorated function as the maker of this kind of card."""

    def register(maker: M) -> M:
        if _makers.setdefault(kind, maker) is not maker:
            raise ValueError(f"two makers of one kind of card: {kind}")
        return maker

    return register


def card_kinds() -> frozenset[str]:
    """Return the names of all kinds."""
    return frozenset(_makers)


def make_card(tx: Tx, *, kind: str, ref: str, viewer_id: int) -> Card:
    """Return a thing as this person may see it now. Raises CardNotFound."""
    maker = _makers.get(kind)
    try:
        found = None if maker is None else maker(tx, viewer_id=viewer_id, ref=ref)
    except NotFound:
        found = None
    if found is None:
        raise CardNotFound
    return found


def find_card(tx: Tx, *, kind: str, ref: str, viewer_id: int) -> Card | None:
    """As `make_card`, but None where there is nothing for this person."""
    try:
        return make_card(tx, kind=kind, ref=ref, viewer_id=viewer_id)
    except CardNotFound:
        return None
