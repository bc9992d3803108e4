"""Stickers as the API shows them."""

from collections.abc import Iterable

import msgspec

from miaohui.kit.db import Tx
from miaohui.kit.i18n import Locale
from miaohui.kit.ids import Id, format_id
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.answers import Person, person_of
from miaohui.talk.notifications.words import say
from miaohui.talk.stickers.actions.report_sticker import access_operator
from miaohui.talk.stickers.packs import CREDIT, PACKS, Pack
from miaohui.talk.stickers.queries import (
    Sticker,
    favourites_of,
    own_sticker,
    packs_of,
    recent_of,
    reported_stickers,
    shown_of,
    stickers_by_id,
    stickers_made_by,
)


class StickerAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker. name: for those who do not see it. mine: made by the asking person."""

    id: Id
    name: str
    url: str
    mine: bool
    favourite: bool


class PackAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Stickers that belong together. taken: whether the asking person has it at hand. credit: who drew it."""

    id: Id
    name: str
    credit: str
    taken: bool
    stickers: list[StickerAnswer]


class Packs(msgspec.Struct, frozen=True, kw_only=True):
    """All packs that there are."""

    items: list[PackAnswer]


class Picker(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody chooses from: recent, kept and own stickers, and the packs at hand."""

    recent: list[StickerAnswer]
    favourites: list[StickerAnswer]
    own: list[StickerAnswer]
    packs: list[PackAnswer]


class ReportedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A sticker that people have reported. reason: one of those given."""

    sticker: StickerAnswer
    maker: Person | None
    reports: int
    reason: str


class ReportedStickers(msgspec.Struct, frozen=True, kw_only=True):
    """Stickers that wait for an operator."""

    items: list[ReportedAnswer]


def read_packs(tx: Tx, *, account_id: int, locale: Locale) -> Packs:
    """Return all packs, and which of them somebody has at hand."""
    taken, kept = packs_of(tx, account_id), frozenset(favourites_of(tx, account_id))
    return Packs(items=[_pack(pack, taken=pack.id in taken, kept=kept, locale=locale) for pack in PACKS.values()])


def read_picker(tx: Tx, *, account_id: int, locale: Locale) -> Picker:
    """Return what somebody chooses from."""
    kept_ids, recent_ids = favourites_of(tx, account_id), recent_of(tx, account_id)
    kept, taken = frozenset(kept_ids), packs_of(tx, account_id)
    visible = stickers_by_id(tx, {*kept_ids, *recent_ids}, viewer_id=account_id)

    def answers(ids: Iterable[int]) -> list[StickerAnswer]:
        return [_sticker(visible[id_], viewer_id=account_id, kept=kept, locale=locale) for id_ in ids if id_ in visible]

    made = [shown_of(one) for one in stickers_made_by(tx, account_id)]
    return Picker(
        recent=answers(recent_ids),
        favourites=answers(kept_ids),
        own=[_sticker(one, viewer_id=account_id, kept=kept, locale=locale) for one in made],
        packs=[_pack(pack, taken=True, kept=kept, locale=locale) for pack in PACKS.values() if pack.id in taken],
    )


def read_sticker(tx: Tx, *, sticker: Sticker, viewer_id: int, locale: Locale) -> StickerAnswer:
    """Return one sticker as this person sees it."""
    return _sticker(sticker, viewer_id=viewer_id, kept=frozenset(favourites_of(tx, viewer_id)), locale=locale)


def read_reported(tx: Tx, *, by_id: int, locale: Locale, limit: int) -> ReportedStickers:
    """Return what waits for an operator. Raises Forbidden."""
    access_operator(tx, by_id)
    items = []
    for one in reported_stickers(tx, limit=limit):
        found = own_sticker(tx, one.sticker_id)
        if found is None or found.state != "shown":
            continue
        maker = person_cards(tx, [found.maker_id]).get(found.maker_id)
        items.append(
            ReportedAnswer(
                sticker=_sticker(shown_of(found), viewer_id=by_id, kept=frozenset(), locale=locale),
                maker=None if maker is None else person_of(maker),
                reports=one.reports,
                reason=one.reason,
            )
        )
    return ReportedStickers(items=items)


def _pack(pack: Pack, *, taken: bool, kept: frozenset[int], locale: Locale) -> PackAnswer:
    return PackAnswer(
        id=format_id(pack.id),
        name=say(locale, pack.name),
        credit=say(locale, CREDIT),
        taken=taken,
        stickers=[
            StickerAnswer(
                id=format_id(one.id), name=say(locale, one.name), url=one.url, mine=False, favourite=one.id in kept
            )
            for one in pack.stickers
        ],
    )


def _sticker(one: Sticker, *, viewer_id: int, kept: frozenset[int], locale: Locale) -> StickerAnswer:
    return StickerAnswer(
        id=format_id(one.id),
        name=say(locale, one.name) if one.maker_id is None else one.name,
        url=one.url,
        mine=one.maker_id == viewer_id,
        favourite=one.id in kept,
    )
