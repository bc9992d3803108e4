"""Takes out the person's own clips."""

from collections.abc import Sequence

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def without_own(candidates: Sequence[Candidate], ask: Ask, _folded: FoldedInterest) -> list[Candidate]:
    """Return the candidates that somebody else has made."""
    return [each for each in candidates if each.listed.author_id != ask.person_id]
