"""Takes out what the person has met already."""

from collections.abc import Sequence

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def without_seen(candidates: Sequence[Candidate], ask: Ask, folded: FoldedInterest) -> list[Candidate]:
    """Return the candidates that no signal of the person speaks of."""
    seen = folded.engine.seen(ask.person_id)
    return [each for each in candidates if each.listed.item_id not in seen]
