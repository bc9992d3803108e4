"""What freight insurance costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.care.insurance.premium import (
    LEAST_MINOR,
    MOST_MINOR,
    PRIOR_BP,
    Returns,
    expected_rate_bp,
    premium_for,
)

COUNTS = st.tuples(st.integers(0, 100_000), st.integers(0, 100_000)).map(lambda pair: Returns(max(pair), min(pair)))
NOTHING = Returns(0, 0)


def test_where_nothing_is_known_it_costs_what_the_market_asks():
    premium = premium_for(shop=NOTHING, category=NOTHING)

    # 800 fen × 5 % × 1.2; people pay 0.36 to 0.54 yuan elsewhere.
    assert (premium.cover_minor, premium.return_rate_bp, premium.premium_minor) == (800, PRIOR_BP, 48)


@pytest.mark.parametrize(
    ("shop", "category", "rate_bp", "premium"),
    [
        # Thousands of orders speak for themselves.
        (Returns(100_000, 20_000), Returns(100_000, 20_000), 2000, 192),
        # One return of one order says next to nothing: 5 % becomes 7.3 %.
        (Returns(1, 1), Returns(1, 1), 733, 71),
        # A new shop is taken for one of its category.
        (NOTHING, Returns(10_000, 3_000), 2951, 240),
        (NOTHING, Returns(10_000, 0), 10, 20),
    ],
)
def test_premiums(shop: Returns, category: Returns, rate_bp: int, premium: int):
    found = premium_for(shop=shop, category=category)

    assert (found.return_rate_bp, found.premium_minor) == (rate_bp, premium)


@given(shop=COUNTS, category=COUNTS)
def test_a_premium_stays_within_its_bounds_and_below_the_cover(shop: Returns, category: Returns):
    premium = premium_for(shop=shop, category=category)

    assert LEAST_MINOR <= premium.premium_minor <= MOST_MINOR < premium.cover_minor
    assert 0 <= premium.return_rate_bp <= 10_000


@given(sent=st.integers(1, 10_000), returned=st.integers(0, 9_999), category=COUNTS)
def test_who_has_more_returns_never_pays_less(sent: int, returned: int, category: Returns):
    more, fewer = (Returns(sent, min(number, sent)) for number in (returned + 1, returned))

    rates = [expected_rate_bp(shop=one, category=category) for one in (fewer, more)]
    assert rates == sorted(rates)


@given(shop=COUNTS, category=COUNTS)
def test_the_rate_lies_between_what_the_shop_shows_and_what_its_category_does(shop: Returns, category: Returns):
    alone = expected_rate_bp(shop=NOTHING, category=category)
    own = shop.returned * 10_000 / shop.sent if shop.sent else alone

    rate = expected_rate_bp(shop=shop, category=category)
    assert min(own, alone) - 1 <= rate <= max(own, alone) + 1


def test_an_order_that_is_counted_as_returned_first_does_not_break_the_sum():
    assert premium_for(shop=Returns(0, 3), category=Returns(0, 3)).return_rate_bp == PRIOR_BP
