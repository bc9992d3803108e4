"""The Following page: what the people whom somebody follows have published, newest first. Nothing is ranked."""

from itertools import islice

from miaohui.discovery.feed.cursors import FollowingCursor
from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.for_you import SPARES, RankedPage
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def choose_following(folded: FoldedInterest, ask: Ask, *, before: FollowingCursor | None) -> RankedPage:
    """Return the next clips from behind `before`, without those of muted and blocked people."""
    place = None if before is None else (before.published_at_ms, before.item_id)
    newest = folded.catalogue.newest_of(ask.facts.followees - ask.facts.avoided, before=place)
    found = [Candidate(listed, "following", 0.0) for listed in islice(newest, ask.limit + SPARES)]
    return RankedPage(page=found[: ask.limit], spares=found[ask.limit :])
