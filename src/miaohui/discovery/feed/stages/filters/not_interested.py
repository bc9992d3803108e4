"""Takes out the clips of which the person said "not interested" or "fewer like this"."""

from collections.abc import Sequence

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def without_hidden(candidates: Sequence[Candidate], ask: Ask, folded: FoldedInterest) -> list[Candidate]:
    """Return the candidates that the person has not sent away."""
    hidden = folded.engine.hidden(ask.person_id)
    return [each for each in candidates if each.listed.item_id not in hidden]
