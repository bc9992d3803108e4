"""Candidates from the people that a person follows."""

from itertools import islice, takewhile

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate
from miaohui.discovery.feed.weights import FeedWeights


def from_followed_authors(folded: FoldedInterest, ask: Ask, weights: FeedWeights) -> list[Candidate]:
    """Return their clips of the last days with the engine's score and the bonus, newest first.

    A feed that is not personal has none: whom one follows is a taste as well.
    """
    if not ask.personal or not ask.facts.followees:
        return []
    oldest_ms = ask.now_ms - weights.following_max_age_ms
    newest = folded.catalogue.newest_of(ask.facts.followees)
    recent = takewhile(lambda listed: listed.published_at_ms >= oldest_ms, newest)
    listed = list(islice(recent, weights.following_candidates))
    if not listed:
        return []
    scores = folded.engine.score(
        person_id=ask.person_id,
        item_ids=[each.item_id for each in listed],
        now_ms=ask.now_ms,
        worth=weights.head_worth,
    )
    return [
        Candidate(each, "following", score + weights.following_bonus)
        for each, score in zip(listed, scores.tolist(), strict=True)
    ]
