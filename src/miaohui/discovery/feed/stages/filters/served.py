"""Takes out what this session's last pages have shown, of which the signals may still be on their way."""

from collections.abc import Sequence

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate


def without_served(candidates: Sequence[Candidate], ask: Ask, _folded: FoldedInterest) -> list[Candidate]:
    """Return the candidates that are not in the cursor. Served and never watched, they may come in a later session."""
    served = frozenset(ask.served)
    return [each for each in candidates if each.listed.item_id not in served]
