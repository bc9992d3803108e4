"""Keeps a page of clips from becoming a shop."""

from collections.abc import Collection, Sequence

from miaohui.discovery.feed.stages.ask import Candidate


def within_commerce_cap(
    candidates: Sequence[Candidate], carrying: Collection[int], *, count: int, share: float
) -> list[Candidate]:
    """Return `count` candidates of which at most `share` carry goods; more only where nothing else is left.

    candidates: a page in its order, then the spares; carrying: ids of clips with goods. Whom one follows is shown with
    whatever they carry, and what was drawn for exploration keeps its place, or its logged chance would be untrue; both
    count.
    """
    page, spares = list(candidates[:count]), list(candidates[count:])
    room = int(share * count)
    over: list[int] = []
    for place, each in enumerate(page):
        if each.listed.item_id not in carrying:
            continue
        room -= 1
        if room < 0 and each.source not in ("explore", "following"):
            over.append(place)
    plain = [each for each in spares if each.listed.item_id not in carrying]
    for place, stand_in in zip(over, plain, strict=False):
        page[place] = stand_in
    return page
