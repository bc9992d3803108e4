"""Takes out what another source has proposed before."""

from collections.abc import Sequence

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def without_repetitions(candidates: Sequence[Candidate], _ask: Ask, _folded: FoldedInterest) -> list[Candidate]:
    """Return each item once, as the first source in the list proposed it."""
    first: dict[int, Candidate] = {}
    for each in candidates:
        first.setdefault(each.listed.item_id, each)
    return list(first.values())
