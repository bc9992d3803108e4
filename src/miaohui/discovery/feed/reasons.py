"""Why a card is on a page, in a few words. The whole of it is answered by explain.py."""

from collections.abc import Callable, Mapping

from miaohui.discovery.feed.answers import FeedReason, ReasonCode, Source
from miaohui.discovery.feed.stages.ask import Candidate
from miaohui.kit.i18n import Msgid

Translate = Callable[[str], str]
"""Returns a text in the person's language (gettext of one locale)."""

WORDS: Mapping[ReasonCode, Msgid] = {
    "alike": "Whoever lingered where you did stayed here too",
    "topic": "You like to linger on #%(topic)s",
    "close": "Close to what you like to linger on",
    "following": "From %(name)s, whom you follow",
    "popular": "Many stay for this just now",
    "fresh": "Just brought to the fair",
    "chance": "From a corner of the fair you have not seen",
    "explore": "New, and looking for its first viewers",
    "again": "You have seen all that is new; this is worth another look",
    "carried": "Shown in a clip that you lingered on",
}
WORDS_OF_GOODS: Mapping[ReasonCode, Msgid] = {
    **WORDS,
    "alike": "Whoever lingered where you did looked at this too",
    "popular": "Many look at this just now",
    "chance": "From a stall that you have not seen yet",
    "explore": "New on the stalls, and looking for its first visitors",
}
CODE_OF_SOURCE: Mapping[Source, ReasonCode] = {
    "similar": "alike",
    "content": "close",
    "following": "following",
    "popular": "popular",
    "fresh": "fresh",
    "chance": "chance",
    "explore": "explore",
    "again": "again",
    "carried": "carried",
}
# These are there for their topic first, if it is among what the person lingers on.
_MAY_BE_FOR_ITS_TOPIC = frozenset[Source]({"content", "popular", "fresh", "chance"})


def reason_for(
    candidate: Candidate, *, liked: Mapping[str, float], author_name: str, translate: Translate
) -> FeedReason:
    """Return why the candidate is on the page.

    liked: tokens of positive interest with their weights, from the engine; empty for a feed that is not personal.
    """
    topic = max(candidate.listed.topics, key=lambda each: liked.get(f"#{each}", 0.0), default="")
    code = CODE_OF_SOURCE[candidate.source]
    if candidate.source in _MAY_BE_FOR_ITS_TOPIC and f"#{topic}" in liked:
        code = "topic"
    words = WORDS if candidate.listed.kind == "video" else WORDS_OF_GOODS
    text = translate(words[code]) % {"topic": topic, "name": author_name}
    return FeedReason(code=code, text=text, source=candidate.source)
