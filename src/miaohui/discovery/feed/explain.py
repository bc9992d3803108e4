"""Why an item was served to somebody: the log says how, the engine says from what."""

from collections.abc import Mapping, Sequence

import msgspec
from babel.lists import format_list

from miaohui.commerce.catalogue.queries import product_cards
from miaohui.commerce.merchants.queries import shop_cards
from miaohui.discovery.feed.answers import WhyAnswer, WhyPart
from miaohui.discovery.feed.impression_log import Impression, newest_impression
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.reasons import CODE_OF_SOURCE, WORDS, WORDS_OF_GOODS
from miaohui.discovery.feed.serve import Asker
from miaohui.discovery.feed.stages.ask import PersonFacts, person_facts
from miaohui.discovery.interest import Reason
from miaohui.kit.clock import to_ms
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.i18n import Msgid
from miaohui.kit.ids import format_id
from miaohui.media.videos.queries import video_cards
from miaohui.people.accounts.queries import person_cards

_CLIPS_NAMED = 2
_WORDS_NAMED = 3
_PARTS = 12
_TITLE_CHARS = 24

# Where not the score brought it here, or not the score alone.
_HOW_SERVED: Mapping[str, Msgid] = {
    "following": "You follow who made it.",
    "explore": "It was drawn by lot: every new clip is shown to a few people.",
    "again": "You have seen all that is new, so this came again.",
    "carried": "A clip that you lingered on shows it.",
}
_PLAIN: Mapping[str, Msgid] = {"popular": "Many stay for it", "fresh": "It is new"}


class _Names(msgspec.Struct, frozen=True):
    """What the parts of a score are called. items: captions and titles by id; authors: people and shops by id."""

    items: Mapping[int, str]
    authors: Mapping[int, str]


async def explain_item(live: LiveFeed, *, asker: Asker, item_id: int) -> WhyAnswer:
    """Return why the item is, or would be, on this person's page. Raises NotFound.

    The logged members are of the last time it was served. The parts are of the score as it is now, strongest
    first; what moved it since has moved them.
    """
    await live.catch_up()
    facts, logged = await live.db.read(_facts_and_impression, asker=asker, item_id=item_id)
    logged = live.impressions.newest_waiting(person_id=asker.person_id, item_id=item_id) or logged
    listed = live.folded.catalogue.listed(item_id)
    if listed is None or listed.author_id in facts.hidden:
        raise NotFound
    reasons = live.folded.engine.why(
        person_id=asker.person_id,
        item_id=item_id,
        now_ms=to_ms(live.clock.now()),
        personal=facts.personalised,
    )
    reasons = _without_doubles(reasons)[:_PARTS]
    names = await live.db.read(_names, reasons=reasons)
    reasons = [each for each in reasons if _is_named(each, names)]
    answer = WhyAnswer(
        item_id=format_id(item_id),
        text=_in_words(reasons, names, logged, asker, of_goods=listed.kind == "goods"),
        parts=tuple(_part(each, names, asker) for each in reasons),
    )
    if logged is None:
        return answer
    return msgspec.structs.replace(
        answer,
        source=logged.source,
        served_at=logged.served_at,
        position=logged.position,
        score=logged.score,
        probability=logged.probability,
        model_version=logged.model_version,
    )


def _facts_and_impression(tx: Tx, *, asker: Asker, item_id: int) -> tuple[PersonFacts, Impression | None]:
    facts = person_facts(tx, person_id=asker.person_id, account_id=asker.account_id)
    return facts, newest_impression(tx, person_id=asker.person_id, item_id=item_id)


def _without_doubles(reasons: Sequence[Reason]) -> list[Reason]:
    """Return the reasons, strongest first, with a word that stands there as a hashtag too added to the hashtag."""
    tokens = {each.token for each in reasons}
    merged: dict[tuple[str, str | int | None], Reason] = {}
    for each in reasons:
        token = f"#{each.token}" if f"#{each.token}" in tokens else each.token
        key = (each.kind, token or each.item_id or each.author_id)
        points, share = (merged[key].points, merged[key].share) if key in merged else (0.0, 0.0)
        merged[key] = msgspec.structs.replace(each, token=token, points=points + each.points, share=share + each.share)
    return sorted(merged.values(), key=lambda each: -abs(each.points))


def _names(tx: Tx, *, reasons: Sequence[Reason]) -> _Names:
    items = {each.item_id for each in reasons if each.item_id is not None}
    authors = {each.author_id for each in reasons if each.author_id is not None}
    clips, people = video_cards(tx, items), person_cards(tx, authors)
    # What is no clip may be goods, and who is no person a shop.
    goods, shops = product_cards(tx, product_ids=items - clips.keys()), shop_cards(tx, authors - people.keys())
    return _Names(
        items={
            **{item_id: _short(card.caption) for item_id, card in clips.items()},
            **{item_id: _short(card.title) for item_id, card in goods.items()},
        },
        authors={
            **{author_id: card.nickname for author_id, card in people.items()},
            **{shop_id: card.name for shop_id, card in shops.items()},
        },
    )


def _is_named(reason: Reason, names: _Names) -> bool:
    """Return whether what the reason speaks of is still there."""
    if reason.item_id is not None:
        return reason.item_id in names.items
    return reason.author_id is None or reason.author_id in names.authors


def _in_words(
    reasons: Sequence[Reason], names: _Names, logged: Impression | None, asker: Asker, *, of_goods: bool
) -> str:
    """Return a few sentences: how it came to be served, and what of the person's watching spoke for it."""
    t = asker.translate
    sentences = []
    if logged is not None and logged.source in _HOW_SERVED:
        sentences.append(t(_HOW_SERVED[logged.source]))
    speaking = [each for each in reasons if each.points > 0]
    clips = [t("“%(title)s”") % {"title": names.items[each.item_id]} for each in speaking if each.item_id is not None]
    words = [each.token for each in speaking if each.token is not None]
    authors = [names.authors[each.author_id] for each in speaking if each.author_id is not None]
    if clips:
        sentences.append(t("You lingered on %(clips)s.") % {"clips": _listed(clips[:_CLIPS_NAMED], asker)})
    if words:
        sentences.append(t("You like to linger on %(words)s.") % {"words": _listed(words[:_WORDS_NAMED], asker)})
    if authors:
        sentences.append(t("You like what %(name)s brings.") % {"name": authors[0]})
    if not sentences:
        said = WORDS_OF_GOODS if of_goods else WORDS
        return t(said["popular" if logged is None else CODE_OF_SOURCE[logged.source]])
    return ("" if asker.locale == "zh-Hans" else " ").join(sentences)


def _part(reason: Reason, names: _Names, asker: Asker) -> WhyPart:
    if reason.item_id is not None:
        text = names.items[reason.item_id]
    elif reason.author_id is not None:
        text = names.authors[reason.author_id]
    else:
        text = reason.token or asker.translate(_PLAIN[reason.kind])
    return WhyPart(
        kind=reason.kind,
        share=reason.share,
        text=text,
        item_id=None if reason.item_id is None else format_id(reason.item_id),
        token=reason.token,
        author_id=None if reason.author_id is None else format_id(reason.author_id),
    )


def _listed(things: Sequence[str], asker: Asker) -> str:
    return format_list(things, locale=asker.locale.replace("-", "_"))


def _short(caption: str) -> str:
    """Return the beginning of a caption as a title."""
    title = " ".join(caption.split())
    return title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1].rstrip() + "…"
