"""From the clip that one lingers on to the order, the parcels, the return and the payout, to the fen."""

from typing import Any

import sqlalchemy as sa

from miaohui.care.aftersales.actions.accept_return import accept_return
from miaohui.care.aftersales.actions.agree import agree
from miaohui.care.aftersales.actions.apply_aftersale import apply_aftersale
from miaohui.care.aftersales.actions.post_return_waybill import post_return_waybill
from miaohui.care.aftersales.queries import case_by_id
from miaohui.care.insurance.accounts import premium_owed
from miaohui.care.insurance.queries import claim_of_policy, policy_of_order
from miaohui.commerce.cart.sources import Source
from miaohui.commerce.catalogue.actions.attach_products import attach_products
from miaohui.commerce.catalogue.actions.offer_commission import offer_commission
from miaohui.commerce.catalogue.queries import products_of_video
from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.fulfilment.queries import parcels_of_order
from miaohui.commerce.merchants.actions.change_shop import ShopChanges, change_shop
from miaohui.commerce.orders.actions.complete_order import confirm_receipt
from miaohui.discovery.feed.tables import signal
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger import accounts
from miaohui.money.ledger.accounts import GROWS_BY_DEBIT, class_of
from miaohui.money.ledger.queries import balances_like
from miaohui.money.settlement.actions.request_own_payout import request_own_payout
from miaohui.money.settlement.actions.request_payout import request_payout
from tests.flows.promises import broken_promises
from tests.market import Market
from tests.media.shelf import shelve_video

DEPOSIT = 1000_00
"""What the market asks of a shop that sells lamps."""


def test_from_the_clip_to_the_payout(market: Market) -> None:
    db, mei, omar, bo = market.db, market.buyer, market.seller, market.cast.bo

    # Omar sells lanterns and sugar pictures, insures the way back, and pays a tenth to whom he owes a sale.
    sugar = market.stock_goods(market.shop, title="糖画", prices=[12_00], category_slug="handmade")
    market.freight(market.shop, first_minor=800)
    insured = ShopChanges(insures_returns=True)
    db.write_sync(change_shop, shop_id=market.shop, by_id=omar, changes=insured)
    lantern = market.quote({market.lantern: 1}).lines[0].product_id
    for product_id in (lantern, sugar.product_id):
        db.write_sync(offer_commission, product_id=product_id, by_id=omar, rate_bp=1_000)

    # Bo's clip carries both. Mei lingers on it, and buys with thirty yuan of the platform's.
    clip = shelve_video(db, author_id=bo)
    db.write_sync(attach_products, video_id=clip, author_id=bo, product_ids=[lantern, sugar.product_id])
    assert [card.id for card in db.read_sync(products_of_video, video_id=clip)] == [lantern, sugar.product_id]
    wanted = {market.lantern: 2, sugar.variant_ids[0]: 1}
    coupon = market.coupon(30_00, stacking="platform")
    order = market.bought(wanted, coupons=[coupon], source=Source(kind="video", id=clip))
    lanterns, picture = market.lines(order.id)
    assert (order.goods_minor, order.discount_minor, order.freight_minor) == (268_00, 30_00, 12_00)
    assert {(line.source_id, line.promoter_id) for line in (lanterns, picture)} == {(clip, bo)}
    # 256 and 12 yuan of goods share thirty yuan; two thirds of the weight bear two thirds of the freight.
    assert (lanterns.payable_minor, lanterns.platform_subsidy_minor) == (256_00 - 28_66 + 8_00, 28_66)
    assert (picture.payable_minor, picture.platform_subsidy_minor) == (12_00 - 1_34 + 4_00, 1_34)
    assert market.balance(accounts.psp("sandbox")) == 250_00
    assert market.balance(accounts.escrow(order.id)) == 280_00
    assert bought_by(market, mei) == {lantern, sugar.product_id}

    # The lanterns go first, and arrive; one of them does not turn.
    ship(market, order.id, [(lanterns.id, 2)])
    market.wait(hours=40)
    assert [(one.state, one.signed_at is not None) for one in db.read_sync(parcels_of_order, order.id)] == [
        ("signed", True)
    ]
    assert market.order(order.id).state == "part_shipped"
    case = db.write_sync(
        apply_aftersale,
        order_id=order.id,
        order_line_id=lanterns.id,
        buyer_id=mei,
        kind="return_refund",
        quantity=1,
        amount_minor=None,
        reason="faulty",
    )
    db.write_sync(agree, aftersale_id=case.id, by_id=omar)
    db.write_sync(post_return_waybill, aftersale_id=case.id, buyer_id=mei, carrier="sandbox")
    ship(market, order.id, [(picture.id, 1)])
    market.wait(days=2)

    # Omar has signed for it, so the insurance has paid by itself what sending it back has cost.
    policy = db.read_sync(policy_of_order, order.id)
    assert policy is not None
    claim = db.read_sync(claim_of_policy, policy.id)
    assert claim is not None
    assert (policy.state, claim.state, claim.amount_minor, policy.premium_minor) == ("claimed", "paid", 8_00, 48)
    assert market.balance(accounts.wallet(mei)) == 8_00
    assert market.balance(premium_owed(market.shop)) == 48, "Omar had nothing yet to pay the premium from"
    db.write_sync(accept_return, aftersale_id=case.id, by_id=omar, resaleable=True)
    market.quiet()
    done = db.read_sync(case_by_id, case.id)
    assert done is not None
    assert (done.state, done.agreed_minor) == ("refunded", 113_67), "half of 227.34; the freight is spent"
    assert market.stock() == (9, 0, 1), "one is back on the shelf"

    # Mei is content with the rest. A week later everybody has their part of it.
    db.write_sync(confirm_receipt, order_id=order.id, buyer_id=mei)
    market.wait(days=6)
    assert market.balance(accounts.shop_available(market.shop)) == 0
    market.wait(days=1, hours=1)
    assert market.order(order.id).state == "completed"
    assert market.balance(accounts.escrow(order.id)) == 0

    # Of the lantern that stays, 136.49 of 264.00 are kept, and so 117.54 of the 227.34 that its goods came to.
    fee, commission = 5_88 + 32, 11_75 + 1_07
    earned = 136_49 + 16_00 - fee - commission
    assert market.balance(accounts.shop_available(market.shop)) == earned == 133_47
    assert market.balance(accounts.promoter(bo)) == commission
    db.write_sync(lambda tx: stage_job(tx, "insurance.sweep"))
    market.quiet()

    # They draw it, and nothing is left that nobody has.
    to_bank: dict[str, Any] = {"currency": "CNY", "bank_account": "6222 0212 3344"}
    db.write_sync(
        request_payout,
        account_code=accounts.shop_available(market.shop),
        shop_id=market.shop,
        amount_minor=earned - 48,
        requested_by=omar,
        **to_bank,
    )
    db.write_sync(
        request_own_payout,
        person_id=bo,
        account="promoter",
        amount_minor=commission,
        key=None,
        request_hash=b"",
        **to_bank,
    )
    market.quiet()
    balances = db.read_sync(balances_like, prefix="", currency="CNY")
    assert {code: amount for code, amount in balances.items() if amount} == {
        accounts.psp("sandbox"): 250_00 - 113_67,
        accounts.bank(): DEPOSIT - (earned - 48) - commission,
        accounts.deposit(market.shop): DEPOSIT,
        accounts.wallet(mei): 8_00,
        accounts.tech_fee(): fee,
        # 13.84 of the coupon went back with the lantern.
        accounts.coupon_cost(): 30_00 - 13_84,
        accounts.insurance_pool(): 48 - 8_00,
    }
    grown_by_debit = {code for code in balances if class_of(code).kind in GROWS_BY_DEBIT}
    assert sum(amount if code in grown_by_debit else -amount for code, amount in balances.items()) == 0
    assert broken_promises(db) == []


def ship(market: Market, order_id: int, lines: list[tuple[int, int]]) -> None:
    """Send a parcel by the carrier that walks by itself."""
    sent: dict[str, Any] = {"carrier": "sandbox", "waybill": None, "by_id": market.seller}
    market.db.write_sync(ship_parcel, order_id=order_id, lines=lines, **sent)
    market.quiet()


def bought_by(market: Market, person_id: int) -> set[int]:
    """What the interest engine was told that somebody has bought."""
    told = sa.select(signal.c.item_id).where(signal.c.person_id == person_id, signal.c.kind == "buy")
    return set(market.db.read_sync(lambda tx: tx.scalars(told)))
