"""What the feed believes of a person, as they may read it."""

import msgspec

from miaohui.commerce.merchants.queries import ShopCard, shop_cards
from miaohui.discovery.feed.answers import BelievedInterest, Interests
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.queries import InterestSetting, interest_setting_of
from miaohui.discovery.interest import Interest
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id
from miaohui.people.accounts.queries import PersonCard, person_cards

_SHOWN = 20
_LOOKED_AT = 3 * _SHOWN
"""A hashtag and the words in it are one interest to a reader, so more are looked at than shown."""


async def read_interests(live: LiveFeed, *, person_id: int) -> Interests:
    """Return what the feed believes of a person, strongest first, and what they decided about it."""
    await live.catch_up()
    believed = live.folded.engine.interests(person_id=person_id, now_ms=to_ms(live.clock.now()), limit=_LOOKED_AT)
    setting, authors, shops = await live.db.read(
        _setting_and_authors, person_id=person_id, author_ids=[each.author_id for each in believed if each.author_id]
    )
    everything = [interest for each in believed if (interest := _named(each, believed, authors, shops)) is not None]
    named = everything[:_SHOWN]
    strongest = max((abs(each.weight) for each in named), default=1.0)
    return Interests(
        personalised=setting.personalised,
        reset_at=setting.reset_at,
        interests=tuple(msgspec.structs.replace(each, weight=each.weight / strongest) for each in named),
    )


def names_of_interests(live: LiveFeed, person_id: int) -> tuple[str, ...]:
    """Return the topics that a person likes, strongest first, as this process knows them; nobody's names."""
    believed = live.folded.engine.interests(person_id=person_id, now_ms=to_ms(live.clock.now()), limit=_LOOKED_AT)
    liked = (each.token for each in believed if each.weight > 0 and each.token and each.token.startswith("#"))
    return tuple(token[1:] for token in liked)


def _setting_and_authors(
    tx: Tx, *, person_id: int, author_ids: list[int]
) -> tuple[InterestSetting, dict[int, PersonCard], dict[int, ShopCard]]:
    authors = person_cards(tx, author_ids)
    # Who is no person may be a shop: it is the author of its goods.
    others = [each for each in author_ids if each not in authors]
    return interest_setting_of(tx, person_id=person_id), authors, shop_cards(tx, others) if others else {}


def _named(
    interest: Interest, believed: list[Interest], authors: dict[int, PersonCard], shops: dict[int, ShopCard]
) -> BelievedInterest | None:
    """Return the interest under its name; None for a word that stands there as a hashtag, and for who is gone."""
    if interest.author_id is not None:
        if (shop := shops.get(interest.author_id)) is not None:
            return BelievedInterest(
                name=shop.name, kind="shop", weight=interest.weight, author_id=format_id(interest.author_id)
            )
        author = authors.get(interest.author_id)
        if author is None:
            return None
        return BelievedInterest(
            name=author.nickname, kind="author", weight=interest.weight, author_id=format_id(author.id)
        )
    token = interest.token or ""
    if token.startswith("#"):
        return BelievedInterest(name=token[1:], kind="topic", weight=interest.weight)
    if any(each.token == f"#{token}" for each in believed):
        return None
    return BelievedInterest(name=token, kind="word", weight=interest.weight)
