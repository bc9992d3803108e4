"""For a small town that has been watched to its end: what was seen longest ago comes again."""

from collections.abc import Collection, Mapping

from miaohui.discovery.feed.folded import FoldedInterest
from miaohui.discovery.feed.stages.ask import Ask, Candidate
from miaohui.discovery.feed.stages.filters.blocked import without_avoided_authors
from miaohui.discovery.feed.stages.filters.not_interested import without_hidden
from miaohui.discovery.feed.stages.filters.own import without_own


def seen_before(
    folded: FoldedInterest, ask: Ask, *, last_acts: Mapping[int, int], without: Collection[int]
) -> list[Candidate]:
    """Return every other item that may be shown at all, the one met longest ago first.

    last_acts: by item the number of the person's last signal, from queries.last_acts. without: item ids that
    are on the page already. What this session has served comes last, in the order of serving.
    """
    everything = [Candidate(each, "again", 0.0) for each in folded.catalogue.items.values()]
    allowed = without_own(without_avoided_authors(without_hidden(everything, ask, folded), ask, folded), ask, folded)
    served_at = {item_id: place for place, item_id in enumerate(ask.served, start=1)}

    def met(candidate: Candidate) -> tuple[int, int, int]:
        item_id = candidate.listed.item_id
        return served_at.get(item_id, 0), last_acts.get(item_id, 0), item_id

    return sorted((each for each in allowed if each.listed.item_id not in without), key=met)
