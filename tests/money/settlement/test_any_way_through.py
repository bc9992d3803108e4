"""Whatever happens to sold lines, in whatever order: the books stand, and nothing stays in escrow."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import miaohui.money.ledger.audits
import miaohui.money.settlement.audits  # noqa: F401  declares audits
from miaohui.kit.audits import registered_audits, run_audit
from miaohui.kit.db import Database
from miaohui.kit.money import portion
from miaohui.money.ledger import accounts
from miaohui.money.ledger.actions.post_entry import InsufficientFunds
from miaohui.money.settlement.actions.finish_payout import finish_payout
from miaohui.money.settlement.actions.fund_refund import RefundExceedsLine
from miaohui.money.settlement.actions.hold_line import hold_line
from miaohui.money.settlement.actions.open_lines import Hop
from miaohui.money.settlement.actions.pay_deposit_from_available import pay_deposit_from_available
from miaohui.money.settlement.actions.request_payout import request_payout
from miaohui.money.settlement.actions.settle_line import settle_line
from miaohui.money.settlement.actions.take_deposit import take_deposit
from miaohui.money.settlement.actions.unhold_line import unhold_line
from miaohui.money.settlement.queries import hops_of_line, line_by_id
from tests.cast import Cast
from tests.money.settlement.stall import LAN, PROMOTER, SHOP, STALL, Stall

AUNT = accounts.promoter(LAN + 1)
FRESH = count(1)
"""Every example has lines, orders and references of its own; shop and promoters go on from one to the next."""

money = st.integers(0, 3_000)
sales = st.fixed_dictionaries(
    {
        "paid": money,
        "platform": st.integers(0, 300),
        "ad": st.integers(0, 300),
        "fee_bp": st.integers(0, 1_000),
        "hops": st.lists(
            st.builds(Hop, st.sampled_from([accounts.commission(), PROMOTER, AUNT]), st.integers(0, 2_000)), max_size=4
        ),
    }
)
line = st.integers(0, 2)
share = st.integers(0, 1_050)
"""Thousandths of what is left; a little more than there is, at times."""
acts = st.lists(
    st.one_of(
        st.tuples(st.just("refund"), line, st.tuples(share, share, share)),
        st.tuples(st.just("refund"), line, st.tuples(share, share, share)),
        st.tuples(st.just("settle"), line, st.none()),
        st.tuples(st.just("complete"), st.none(), st.none()),
        st.tuples(st.sampled_from(["hold", "unhold"]), line, st.none()),
        st.tuples(st.sampled_from(["draw", "draw in vain"]), st.sampled_from([STALL, PROMOTER, AUNT]), money),
        st.tuples(st.sampled_from(["deposit", "fine"]), st.none(), money),
    ),
    max_size=14,
)


@pytest.mark.timeout(120)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sold=st.lists(sales, min_size=3, max_size=3), settled=st.sets(line), happened=acts)
def test_the_books_stand(db: Database, cast: Cast, sold: list[dict], settled: set[int], happened: list[tuple]):
    stall, owner = Stall(db), cast.mei
    order_id, *lines = (next(FRESH) for _ in range(4))
    stall.posted = order_id * 1_000
    for line_id, sale in zip(lines, sold, strict=True):
        stall.sell(line_id, order_id=order_id, **sale)
    for which in settled:
        assert stall.settle(lines[which], order_id=order_id)

    for act, what, amount in happened:
        try:
            match act:
                case "refund":
                    one = db.read_sync(line_by_id, lines[what])
                    left = (
                        one.paid_minor - one.refunded_paid_minor,
                        one.platform_subsidy_minor - one.refunded_platform_minor,
                        one.ad_subsidy_minor - one.refunded_ad_minor,
                    )
                    paid, platform, ad = (rest * part // 1_000 for rest, part in zip(left, amount, strict=True))
                    stall.refund(lines[what], paid=paid, platform=platform, ad=ad, ref=f"aftersale:{next(FRESH)}")
                case "settle":
                    db.write_sync(settle_line, order_line_id=lines[what])
                case "complete":
                    stall.complete(order_id=order_id)
                case "hold":
                    db.write_sync(hold_line, order_line_id=lines[what], reason="case")
                case "unhold":
                    db.write_sync(unhold_line, order_line_id=lines[what], reason="case")
                case "draw" | "draw in vain" if amount:
                    payout = db.write_sync(
                        request_payout,
                        account_code=what,
                        shop_id=None,
                        amount_minor=amount,
                        currency="CNY",
                        bank_account="6222 0212",
                        requested_by=owner,
                    )
                    db.write_sync(finish_payout, payout_id=payout.id, failure="closed" if act != "draw" else None)
                case "deposit":
                    ref = f"deposit:{next(FRESH)}"
                    db.write_sync(
                        pay_deposit_from_available, shop_id=SHOP, amount_minor=amount, currency="CNY", ref=ref
                    )
                case "fine":
                    fine = {"to": accounts.penalty(), "ref": f"fine:{next(FRESH)}"}
                    db.write_sync(take_deposit, shop_id=SHOP, amount_minor=amount, currency="CNY", **fine)
        except (RefundExceedsLine, InsufficientFunds):
            pass

    stall.complete(order_id=order_id)
    for line_id in lines:
        while db.read_sync(line_by_id, line_id).holds:
            db.write_sync(unhold_line, order_line_id=line_id, reason="case")
        db.write_sync(settle_line, order_line_id=line_id)

    assert stall[accounts.escrow(order_id)] == 0
    for line_id in lines:
        now = db.read_sync(line_by_id, line_id)
        if now.state == "settled" and now.total_minor:
            kept, total = now.kept_minor, now.total_minor
            goods = (2 * now.goods_minor * kept + total) // (2 * total)
            hops = db.read_sync(hops_of_line, line_id)
            assert sum(hop.kept_minor for hop in hops) == portion(goods, sum(hop.rate_bp for hop in hops))
    broken = {name: db.read_sync(run_audit, name=name) for name in registered_audits() if name.split(".")[0] in OURS}
    assert {name: finding for name, finding in broken.items() if finding.violations} == {}


OURS = {"ledger", "settlement"}
