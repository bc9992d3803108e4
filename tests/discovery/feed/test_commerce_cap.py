"""Clips with goods take a part of a page, not all of it."""

from miaohui.discovery.feed.answers import Source
from miaohui.discovery.feed.catalogue import Listed
from miaohui.discovery.feed.stages.ask import Candidate
from miaohui.discovery.feed.stages.commerce_cap import within_commerce_cap


def clip(item_id: int, source: Source = "similar") -> Candidate:
    return Candidate(Listed(item_id, 1, 0, ()), source, 1.0)


def shown(candidates: list[Candidate], carrying: set[int], count: int = 5) -> list[int]:
    page = within_commerce_cap(candidates, carrying, count=count, share=0.4)
    return [each.listed.item_id for each in page]


def test_what_goes_over_the_share_gives_way_to_spares_without_goods():
    assert shown([clip(n) for n in range(8)], {0, 1, 2, 3, 5}) == [0, 1, 6, 7, 4]


def test_a_full_page_goes_before_the_share():
    assert shown([clip(n) for n in range(6)], set(range(6))) == [0, 1, 2, 3, 4]


def test_the_lot_and_the_followed_keep_their_places_and_count():
    page = [clip(0, "explore"), clip(1, "following"), clip(2), clip(3), clip(4), clip(5)]
    assert shown(page, {0, 1, 2}) == [0, 1, 5, 3, 4]


def test_a_page_without_goods_stays_as_it_is():
    assert shown([clip(n) for n in range(7)], set()) == [0, 1, 2, 3, 4]
