"""What sending costs."""

from hypothesis import given
from hypothesis import strategies as st

from miaohui.commerce.checkout.freight import Sent, Template, Zone, freight_of_shop, price_of, zone_for

NEAR = Zone(regions=("31", "32"), first_units=1000, first_minor=600, next_units=500, next_minor=200)
SUZHOU = Zone(regions=("3205",), first_units=1000, first_minor=100)
NEVER = Zone(regions=("65",), delivers=False)
REST = Zone(first_units=1000, first_minor=1200, next_units=1000, next_minor=600)
JAPAN = Zone(regions=("JP",), first_units=500, first_minor=5000, next_units=500, next_minor=2500)


def template(template_id: int = 1, *zones: Zone, **kw: object) -> Template:
    kept = {"mode": "weight", "free_from_minor": None, "is_default": True} | kw
    return Template(id=template_id, shop_id=9, name="x", zones=zones or (NEAR, REST), **kept)


def sent(line_id: int = 1, *, template_id: int | None = 1, quantity: int = 1, grams: int = 400, goods: int = 0) -> Sent:
    return Sent(line_id=line_id, template_id=template_id, quantity=quantity, weight_g=grams, goods_minor=goods)


def cost(*lines: Sent, code: str = "310101", templates: tuple[Template, ...] = (template(),)) -> int:
    by_id = {one.id: one for one in templates}
    return freight_of_shop(lines, templates=by_id, country="CN", division_code=code).amount_minor


def test_begun_units_count_as_whole_ones() -> None:
    assert [price_of(NEAR, grams) for grams in (0, 1000, 1001, 1500, 1501)] == [600, 600, 800, 800, 1000]


def test_the_most_exact_region_wins_and_the_rest_is_everywhere_else_at_home() -> None:
    zones = (REST, NEAR, SUZHOU, NEVER, JAPAN)
    assert zone_for(zones, country="CN", division_code="320508") is SUZHOU
    assert zone_for(zones, country="CN", division_code="320102") is NEAR
    assert zone_for(zones, country="CN", division_code="110101") is REST
    assert zone_for(zones, country="CN", division_code="650102") is None
    assert zone_for(zones, country="JP", division_code=None) is JAPAN
    # Nobody sends to Peru at the price for Shandong by accident.
    assert zone_for(zones, country="PE", division_code=None) is None


def test_lines_of_one_template_pay_the_first_units_once() -> None:
    assert cost(sent(1), sent(2)) == 600
    assert cost(sent(1), sent(2, quantity=3)) == 1000
    assert cost(sent(1), sent(2, template_id=2), templates=(template(), template(2, is_default=False))) == 1200


def test_enough_goods_travel_free_and_a_fen_less_does_not() -> None:
    free = template(free_from_minor=9900)
    assert cost(sent(goods=9899), templates=(free,)) == 600
    assert cost(sent(1, goods=9000), sent(2, goods=900), templates=(free,)) == 0


def test_without_a_template_the_default_counts_and_without_that_it_is_free() -> None:
    assert cost(sent(template_id=None)) == 600
    assert cost(sent(template_id=77)) == 600
    assert cost(sent(template_id=None), templates=(template(is_default=False),)) == 0


def test_what_cannot_go_there_is_named() -> None:
    found = freight_of_shop(
        [sent(1), sent(2, template_id=2)],
        templates={1: template(), 2: template(2, NEVER, is_default=False)},
        country="CN",
        division_code="650102",
    )
    assert found.unreachable == (2,)
    assert found.amount_minor == 1200


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(0, 5000), st.integers(1, 2)), min_size=1, max_size=8))
def test_shares_sum_to_the_freight(rows: list[tuple[int, int, int]]) -> None:
    lines = [sent(n, quantity=many, grams=grams, template_id=which) for n, (many, grams, which) in enumerate(rows)]
    both = {1: template(), 2: template(2, is_default=False, mode="piece")}
    found = freight_of_shop(lines, templates=both, country="CN", division_code="110101")
    assert sum(found.shares.values()) == found.amount_minor
    assert all(share >= 0 for share in found.shares.values())
    assert set(found.shares) == {line.line_id for line in lines}
