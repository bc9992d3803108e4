"""Takes out the clips of people whom the person blocked or muted, or who blocked the person."""

from collections.abc import Sequence

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def without_avoided_authors(candidates: Sequence[Candidate], ask: Ask, _folded: FoldedInterest) -> list[Candidate]:
    """Return the candidates of authors whom the person may and wants to meet."""
    return [each for each in candidates if each.listed.author_id not in ask.facts.avoided]
