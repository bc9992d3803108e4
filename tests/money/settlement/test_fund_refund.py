"""What is refunded comes from where it is, and everybody keeps exactly their rate of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaohui.kit.db import Database
from miaohui.kit.money import portion
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import LedgerRefReused
from miaohui.money.settlement.actions.fund_refund import RefundExceedsLine, fund_refund
from miaohui.money.settlement.flows import match_legs
from miaohui.money.settlement.queries import hops_of_line, line_by_id
from miaohui.money.settlement.split import Sale, Split, check_sale, split_sale
from tests.at_once import at_once
from tests.money.settlement.stall import BUDGET, DEPOSIT, ESCROW, PROMOTER, SHOP, STALL, Stall

REFUNDS = accounts.refund_payable()
SHOP_DEBT, PROMOTER_DEBT = accounts.owed_back(STALL), accounts.owed_back(PROMOTER)


@pytest.fixture
def stall(db: Database) -> Stall:
    return Stall(db)


def test_before_settlement_escrow_pays(db: Database, stall: Stall):
    stall.move(accounts.bank(), BUDGET, 300)
    stall.sell(paid=9_000, platform=700, ad=300)

    stall.refund(paid=4_500, platform=350, ad=150)

    assert (stall[ESCROW], stall[REFUNDS], stall[accounts.coupon_cost()], stall[BUDGET]) == (5_000, 4_500, 350, 150)
    stall.settle()
    assert (stall[PROMOTER], stall[accounts.commission()], stall[accounts.tech_fee()]) == (400, 100, 30)
    assert stall[ESCROW] == 0


def test_a_line_of_which_nothing_is_left_is_void(db: Database, stall: Stall):
    stall.sell()
    stall.refund(paid=10_000)
    assert db.read_sync(line_by_id, 1).state == "void"
    assert not stall.settle()
    assert (stall[ESCROW], stall[STALL]) == (0, 0)


def test_after_settlement_everybody_gives_back_their_part(db: Database, stall: Stall):
    stall.sell(paid=9_000, platform=1_000)
    stall.settle()

    stall.refund(paid=2_700, platform=300)

    assert stall[REFUNDS] == 2_700
    assert stall[accounts.coupon_cost()] == 700
    assert (stall[PROMOTER], stall[accounts.commission()], stall[accounts.tech_fee()]) == (560, 140, 42)
    assert stall[STALL] == 7_000 - 560 - 140 - 42
    line = db.read_sync(line_by_id, 1)
    assert (line.state, line.shop_minor, line.fee_minor, line.kept_minor) == ("settled", 6_258, 42, 7_000)
    assert [hop.kept_minor for hop in db.read_sync(hops_of_line, 1)] == [140, 560]


def test_who_has_spent_it_owes_it(stall: Stall):
    """The shop's deposit goes first; the promoter's debt is the promoter's, not the shop's."""
    stall.move(accounts.bank(), DEPOSIT, 1_000)
    stall.sell()
    stall.settle()
    stall.move(STALL, accounts.bank(), 8_900)
    stall.move(PROMOTER, accounts.bank(), 700)

    stall.refund(paid=10_000)

    assert stall[REFUNDS] == 10_000
    assert (stall[STALL], stall[DEPOSIT], stall[SHOP_DEBT]) == (0, 0, 7_900)
    assert (stall[PROMOTER], stall[PROMOTER_DEBT]) == (0, 700)
    assert stall[accounts.receivable(SHOP)] == 0

    stall.sell(2)
    stall.settle(2)

    assert (stall[SHOP_DEBT], stall[STALL]) == (0, 8_940 - 7_900)
    assert (stall[PROMOTER_DEBT], stall[PROMOTER]) == (0, 100)


def test_the_same_refund_is_funded_once(stall: Stall):
    stall.sell()
    for _ in range(2):
        stall.refund(paid=400)
    stall.settle()
    stall.refund(paid=400)
    assert stall[REFUNDS] == 400
    with pytest.raises(LedgerRefReused):
        stall.refund(paid=500)


def test_the_same_refund_at_once_is_funded_once(stall: Stall):
    stall.sell()
    assert at_once([lambda: stall.refund(paid=400)] * 6) == [None] * 6
    assert (stall[REFUNDS], stall[ESCROW]) == (400, 9_600)


def test_refunds_at_once_never_exceed_what_was_paid(stall: Stall):
    stall.sell()
    answers = at_once([lambda n=n: stall.refund(paid=3_000, ref=f"aftersale:{n}") for n in range(8)])
    assert [type(answer) for answer in answers if answer is not None] == [RefundExceedsLine] * 5
    assert (stall[REFUNDS], stall[ESCROW]) == (9_000, 1_000)


@pytest.mark.parametrize("parts", [{"paid": 9_001}, {"paid": 0, "platform": 701}, {"paid": 1, "ad": 1}])
def test_no_part_gives_more_than_it_paid(stall: Stall, parts: dict[str, int]):
    stall.sell(paid=9_000, platform=700)
    with pytest.raises(RefundExceedsLine):
        stall.refund(**parts)
    assert stall[ESCROW] == 9_700
    stall.refund(paid=0)
    assert stall[ESCROW] == 9_700


def test_an_advance_is_recovered_from_the_line(db: Database, stall: Stall):
    """Unsettled funds of a shop pay what it owes, as the buyer has their money already."""
    stall.sell()
    stall.move(accounts.receivable(SHOP), REFUNDS, 6_000)
    owed = accounts.receivable(SHOP)
    db.write_sync(fund_refund, order_line_id=1, paid_minor=6_000, ref="advance:1", to=owed)
    assert (stall[owed], stall[REFUNDS], stall[ESCROW]) == (0, 6_000, 4_000)


def test_what_was_never_paid_is_a_fault(stall: Stall):
    with pytest.raises(LookupError):
        stall.refund(paid=1)


sales = st.builds(
    lambda total, goods, fee_bp, hops: Sale(total, min(goods, total), fee_bp, hops),
    st.integers(0, 30_000),
    st.integers(0, 30_000),
    st.integers(0, 1_000),
    st.lists(st.integers(0, 2_250), max_size=4),
)


@given(sales, st.data())
def test_parts_sum_to_what_is_kept_and_commission_is_its_rate(sale: Sale, data: st.DataObject):
    kept = data.draw(st.integers(0, sale.total_minor))
    split = split_sale(sale, kept_minor=kept)
    assert split.shop_minor + split.fee_minor + sum(split.hop_minor) == kept
    assert min(split.shop_minor, split.fee_minor, *split.hop_minor, 0) >= 0
    goods = (2 * sale.goods_minor * kept + sale.total_minor) // (2 * sale.total_minor) if sale.total_minor else 0
    assert sum(split.hop_minor) == portion(goods, sum(sale.hop_rates_bp))


def test_a_fen_is_not_shared_twice():
    sale = Sale(1, 1, 5_000, [5_000])
    check_sale(sale)
    assert split_sale(sale, kept_minor=1) == Split(shop_minor=0, fee_minor=0, hop_minor=(1,))


amounts = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50)), max_size=5)


@given(amounts, amounts)
def test_legs_carry_all_from_all_to_all(sources: list[tuple[str, int]], destinations: list[tuple[str, int]]):
    short = sum(n for _, n in sources) - sum(n for _, n in destinations)
    if short > 0:
        destinations = [*destinations, ("z", short)]
    else:
        sources = [*sources, ("y", -short)]
    legs = match_legs(sources, destinations)
    net: dict[str, int] = {}
    for code, amount in sources:
        net[code] = net.get(code, 0) - amount
    for code, amount in destinations:
        net[code] = net.get(code, 0) + amount
    for leg in legs:
        assert leg.amount_minor > 0
        assert leg.debit != leg.credit
        net[leg.debit] += leg.amount_minor
        net[leg.credit] -= leg.amount_minor
    assert set(net.values()) <= {0}


def test_what_does_not_add_up_is_a_fault():
    with pytest.raises(ValueError, match="taken"):
        match_legs([("a", 1)], [("b", 2)])
