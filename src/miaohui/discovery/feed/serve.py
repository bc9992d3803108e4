"""Turns a request into a page: chooses, reads the cards, says why, and logs what was served."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np

from miaohui.discovery.feed.answers import FeedItem, FeedPage
from miaohui.discovery.feed.cursors import FollowingCursor, ForYouCursor, write_cursor
from miaohui.discovery.feed.following import choose_following
from miaohui.discovery.feed.for_you import RankedPage, choose_for_you, hydrate_person
from miaohui.discovery.feed.impression_log import Impression
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.reasons import Translate, reason_for
from miaohui.discovery.feed.showing import describe_author, describe_counts, describe_media
from miaohui.discovery.feed.stages.ask import Ask, Candidate, PersonFacts
from miaohui.discovery.feed.stages.cards import Card, read_cards
from miaohui.discovery.feed.stages.commerce_cap import within_commerce_cap
from miaohui.kit.clock import to_ms
from miaohui.kit.i18n import Locale
from miaohui.kit.ids import format_id, new_id

_INTERESTS_IN_WORDS = 40
"""Strongest interests looked at for a card's reason; further down none would be named."""


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for a page. account_id: None for somebody without one."""

    person_id: int
    account_id: int | None
    locale: Locale
    translate: Translate


async def serve_for_you(
    live: LiveFeed, *, asker: Asker, limit: int, cursor: ForYouCursor, personal: bool = True
) -> FeedPage:
    """Return the next page of For You and log it.

    limit: items at most; fewer come only if nothing else may be shown. personal=False leaves aside what is known
    of the person, this once; so does their own choice, always.
    """
    now = live.clock.now()
    page_id = new_id()
    facts = await hydrate_person(live, person_id=asker.person_id, account_id=asker.account_id)
    ask = Ask(
        person_id=asker.person_id,
        now_ms=to_ms(now),
        limit=limit,
        personal=personal and facts.personalised,
        facts=facts,
        served=cursor.served,
    )
    # Seeded by the page, so that what was drawn can be drawn again from the log.
    chosen = await choose_for_you(live, ask=ask, rng=np.random.default_rng(page_id))
    items = await _hydrate_and_log(live, chosen, asker=asker, ask=ask, page_id=page_id, now=now)
    if not items:
        return FeedPage(items=(), cursor=None)
    shown = [int(item.id) for item in items]
    served = [*(each for each in cursor.served if each not in shown), *shown][-live.weights.remembered_served :]
    return FeedPage(items=items, cursor=write_cursor(ForYouCursor(tuple(served)), live.signer))


async def serve_following(live: LiveFeed, *, asker: Asker, limit: int, cursor: FollowingCursor | None) -> FeedPage:
    """Return what the people whom somebody follows have published, newest first, and log it."""
    now = live.clock.now()
    facts = await hydrate_person(live, person_id=asker.person_id, account_id=asker.account_id)
    ask = Ask(person_id=asker.person_id, now_ms=to_ms(now), limit=limit, personal=facts.personalised, facts=facts)
    chosen = choose_following(live.folded, ask, before=cursor)
    items = await _hydrate_and_log(live, chosen, asker=asker, ask=ask, page_id=new_id(), now=now)
    if len(chosen.page) < limit or not items:
        return FeedPage(items=items, cursor=None)
    last = live.folded.catalogue.items[int(items[-1].id)]
    return FeedPage(items=items, cursor=write_cursor(FollowingCursor(last.published_at_ms, last.item_id), live.signer))


async def _hydrate_and_log(
    live: LiveFeed, chosen: RankedPage, *, asker: Asker, ask: Ask, page_id: int, now: datetime
) -> tuple[FeedItem, ...]:
    candidates = [*chosen.page, *chosen.spares]
    if not candidates:
        return ()
    cards = await live.db.read(
        read_cards, item_ids=[each.listed.item_id for each in candidates], account_id=asker.account_id
    )
    there = [each for each in candidates if each.listed.item_id in cards]
    carrying = {item_id for item_id, card in cards.items() if card.products}
    shown = within_commerce_cap(there, carrying, count=ask.limit, share=live.weights.commerce_share)
    live.impressions.add(impressions_of(live, shown, ask=ask, page_id=page_id, now=now))
    liked = liked_by(live, ask)
    return tuple(
        _item(each, cards[each.listed.item_id], ask.facts, f"{page_id}-{position}", liked=liked, asker=asker)
        for position, each in enumerate(shown)
    )


def impressions_of(
    live: LiveFeed, shown: Sequence[Candidate], *, ask: Ask, page_id: int, now: datetime
) -> list[Impression]:
    """Return the rows of the impression log for what stands on a page, in its order."""
    version = live.model_version
    return [
        Impression(
            page_id=page_id,
            position=position,
            person_id=ask.person_id,
            item_id=each.listed.item_id,
            source=each.source,
            score=each.score,
            probability=each.probability,
            model_version=version,
            served_at=now,
        )
        for position, each in enumerate(shown)
    ]


def liked_by(live: LiveFeed, ask: Ask) -> Mapping[str, float]:
    """Return the tokens of a person's interest with their weights, as far as a page may use them."""
    if not ask.personal:
        return {}
    believed = live.folded.engine.interests(person_id=ask.person_id, now_ms=ask.now_ms, limit=_INTERESTS_IN_WORDS)
    return {each.token: each.weight for each in believed if each.token is not None and each.weight > 0}


def _item(
    candidate: Candidate,
    card: Card,
    facts: PersonFacts,
    impression: str,
    *,
    liked: Mapping[str, float],
    asker: Asker,
) -> FeedItem:
    video = card.video
    return FeedItem(
        id=format_id(video.id),
        kind="video",
        title=video.caption,
        author=describe_author(card, followed=card.author.id in facts.followees),
        media=describe_media(card),
        topics=video.topics,
        counts=describe_counts(card),
        liked=card.own.liked,
        favourited=card.own.favourited,
        products=card.products,
        reason=reason_for(candidate, liked=liked, author_name=card.author.nickname, translate=asker.translate),
        published_at=video.published_at,
        impression=impression,
    )
