"""Parcels leave, travel and arrive."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from miaohui.commerce.fulfilment.actions.open_parcel import WaybillTaken
from miaohui.commerce.fulfilment.actions.open_return_parcel import open_reship_parcel, open_return_parcel
from miaohui.commerce.fulfilment.actions.record_tracking import record_tracking
from miaohui.commerce.fulfilment.actions.ship_parcel import NothingToShip, ship_parcel
from miaohui.commerce.fulfilment.carriers.companies import InvalidWaybill, UnknownCarrier
from miaohui.commerce.fulfilment.events import ParcelMoved, ParcelShipped, ParcelSigned
from miaohui.commerce.fulfilment.queries import Parcel, parcel_by_id, parcels_of_order, scans_of_parcels
from miaohui.commerce.fulfilment.states import Scan
from miaohui.commerce.fulfilment.tables import parcel, parcel_event
from miaohui.commerce.orders.actions.mark_shipped import MoreThanOrdered
from miaohui.commerce.orders.events import OrderDelivered, OrderShipped
from miaohui.commerce.orders.queries import order_by_id
from miaohui.commerce.orders.states import OrderNotInState
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Forbidden, NotFound
from tests.at_once import at_once
from tests.cast import Cast
from tests.commerce.inventory.stall import Stall, books_agree, stock
from tests.commerce.sold import RIVERSIDE, WORKSHOP, Sold, sell
from tests.emitted import emitted

HOUR = timedelta(hours=1)


@pytest.fixture
def sold(db: Database, cast: Cast, stall: Stall) -> Sold:
    """Three of one lantern and one of another, for Lan."""
    return sell(db, stall, buyer_id=cast.lan, quantities=[3, 1])


def ship(db: Database, cast: Cast, sold: Sold, **changes: object) -> Parcel:
    request = {"lines": None, "carrier": "shunfeng", "waybill": "SF0000001", "by_id": cast.mei}
    return db.write_sync(ship_parcel, order_id=sold.order_id, **request | changes)


def sign(db: Database, found: Parcel, *, after: timedelta = HOUR) -> None:
    scan = Scan(state="signed", carrier_at=found.created_at + after, text="已签收")
    db.write_sync(record_tracking, carrier=found.carrier, waybill=found.waybill, events=[scan])


def state_of(db: Database, sold: Sold) -> str:
    found = db.read_sync(order_by_id, sold.order_id)
    assert found is not None
    return found.state


def count(db: Database, table: sa.Table) -> int:
    def read(tx: Tx) -> int:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(table)))

    return db.read_sync(read)


def test_an_order_leaves_in_two_parcels(db: Database, cast: Cast, stall: Stall, sold: Sold):
    lamps, rabbit = sold.line_ids

    first = ship(db, cast, sold, lines=[(lamps, 2)], waybill=" sf 0000001 ")
    assert (first.state, first.direction, first.waybill) == ("created", "out", "SF0000001")
    assert (first.sender, first.receiver) == (WORKSHOP, RIVERSIDE)
    assert state_of(db, sold) == "part_shipped"
    assert stock(db, stall.variants[0]) == (8, 1, 3)

    ship(db, cast, sold, waybill="SF0000002")
    assert state_of(db, sold) == "shipped"
    assert stock(db, stall.variants[0]) == (7, 0, 3)
    assert stock(db, stall.variants[1]) == (9, 0, 1)
    assert books_agree(db)
    assert [event.direction for event in emitted(db, ParcelShipped)] == ["out", "out"]
    assert [event.whole for event in emitted(db, OrderShipped)] == [False, True]
    assert rabbit


def test_the_same_waybill_again_is_the_same_parcel(db: Database, cast: Cast, stall: Stall, sold: Sold):
    lamps = sold.line_ids[0]
    one = ship(db, cast, sold, lines=[(lamps, 1)])

    assert ship(db, cast, sold, lines=[(lamps, 1)]) == one
    assert ship(db, cast, sold, lines=None) == one
    with pytest.raises(WaybillTaken):
        ship(db, cast, sold, lines=[(lamps, 2)])
    other = sell(db, stall, buyer_id=cast.bo)
    with pytest.raises(WaybillTaken):
        ship(db, cast, other)

    assert count(db, parcel) == 1
    assert stock(db, stall.variants[0]) == (9, 3, 4)
    assert state_of(db, other) == "paid"


def test_twelve_clicks_at_once_send_one_parcel(db: Database, cast: Cast, stall: Stall, sold: Sold):
    answers = at_once([lambda: ship(db, cast, sold)] * 12)

    assert len({answer.id for answer in answers}) == 1
    assert stock(db, stall.variants[0]) == (7, 0, 3)
    assert books_agree(db)
    assert len(emitted(db, ParcelShipped)) == 1


def test_two_clerks_at_once_do_not_send_a_thing_twice(db: Database, cast: Cast, stall: Stall, sold: Sold):
    lamps = sold.line_ids[0]
    answers = at_once([lambda n=n: ship(db, cast, sold, lines=[(lamps, 2)], waybill=f"SF000000{n}") for n in range(4)])

    assert sum(isinstance(answer, Parcel) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {Parcel, MoreThanOrdered}
    assert stock(db, stall.variants[0]) == (8, 1, 3)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"carrier": "pigeon"}, UnknownCarrier),
        ({"waybill": "短"}, InvalidWaybill),
        ({"waybill": None}, InvalidWaybill),
        ({"lines": []}, NothingToShip),
        ({"lines": [(4711, 1)]}, NotFound),
        ({"shop_id": 4711}, NotFound),
    ],
)
def test_what_cannot_be_sent_is_refused(
    db: Database, cast: Cast, stall: Stall, sold: Sold, changes: dict[str, object], refusal: type[Exception]
):
    with pytest.raises(refusal):
        ship(db, cast, sold, **changes)

    assert count(db, parcel) == 0
    assert stock(db, stall.variants[0]) == (10, 3, 3)
    assert emitted(db, ParcelShipped) == []


def test_only_the_shops_people_send_and_only_what_is_paid_for(db: Database, cast: Cast, sold: Sold):
    with pytest.raises(NotFound):
        ship(db, cast, sold, by_id=cast.lan)
    ship(db, cast, sold)
    with pytest.raises((OrderNotInState, NothingToShip)):
        ship(db, cast, sold, waybill="SF0000002")


def test_the_sandbox_carrier_brings_a_parcel_by_itself(
    db: Database, cast: Cast, clock: ManualClock, sold: Sold, work: Callable[[], int]
):
    sent = ship(db, cast, sold, carrier="sandbox", waybill=None)
    assert sent.waybill.startswith("MH")
    seen = []
    for _ in range(8):
        work()
        seen.append(db.read_sync(parcel_by_id, sent.id).state)
        clock.advance(HOUR)

    expected = [
        "created",
        "picked_up",
        "in_transit",
        "in_transit",
        "in_transit",
        "out_for_delivery",
        "signed",
        "signed",
    ]
    assert seen == expected
    told = db.read_sync(scans_of_parcels, [sent.id])[sent.id]
    assert [scan.place for scan in told] == ["黄浦区", "黄浦区", "上海市", "杭州市", "杭州市"]
    assert "已签收" in told[0].text
    assert "Signed for" in told[0].text
    [signed] = emitted(db, ParcelSigned)
    assert signed.at == sent.created_at + 6 * HOUR
    [delivered] = emitted(db, OrderDelivered)
    assert delivered.at == signed.at
    assert len(emitted(db, ParcelMoved)) == 4


def test_a_worker_that_slept_catches_up_with_the_carriers_times(
    db: Database, cast: Cast, clock: ManualClock, sold: Sold, work: Callable[[], int]
):
    sent = ship(db, cast, sold, carrier="sandbox", waybill=None)
    clock.advance(timedelta(days=3))

    work()

    found = db.read_sync(parcel_by_id, sent.id)
    assert (found.state, found.signed_at) == ("signed", sent.created_at + 6 * HOUR)


@pytest.mark.parametrize(
    ("fate", "state"), [("REFUSED", "returned"), ("LOST", "lost"), ("PROBLEM", "signed"), ("MINE", "signed")]
)
def test_other_fates_of_a_sandbox_parcel(
    db: Database, cast: Cast, clock: ManualClock, sold: Sold, work: Callable[[], int], fate: str, state: str
):
    sent = ship(db, cast, sold, carrier="sandbox", waybill=f"MH-0001-{fate}")
    clock.advance(timedelta(days=3))
    work()

    assert db.read_sync(parcel_by_id, sent.id).state == state
    assert bool(emitted(db, OrderDelivered)) == (state == "signed")


def test_an_order_has_arrived_when_all_its_parcels_have(db: Database, cast: Cast, clock: ManualClock, sold: Sold):
    first = ship(db, cast, sold, lines=[(sold.line_ids[0], 3)])
    clock.advance(timedelta(days=1))
    sign(db, first)
    assert emitted(db, OrderDelivered) == []

    second = ship(db, cast, sold, waybill="SF0000002")
    assert emitted(db, OrderDelivered) == []
    clock.advance(timedelta(days=1))
    sign(db, second)

    [delivered] = emitted(db, OrderDelivered)
    assert delivered.at == second.created_at + HOUR
    assert db.read_sync(order_by_id, sold.order_id).delivered_at == delivered.at


def test_two_last_parcels_signed_for_at_once_are_one_arrival(
    db: Database, cast: Cast, clock: ManualClock, stall: Stall
):
    for turn in range(6):
        sold = sell(db, stall, buyer_id=cast.lan, quantities=[1, 1])
        parcels = [
            ship(db, cast, sold, lines=[(line_id, 1)], waybill=f"SF9{turn}000{n}")
            for n, line_id in enumerate(sold.line_ids)
        ]
        clock.advance(HOUR)
        assert at_once([lambda one=one: sign(db, one) for one in parcels] * 2) == [None] * 4
        assert len(emitted(db, OrderDelivered)) == turn + 1
    assert len(emitted(db, ParcelSigned)) == 12


def test_a_carrier_whose_clock_is_ahead_moves_no_deadline(db: Database, cast: Cast, clock: ManualClock, sold: Sold):
    sent = ship(db, cast, sold)
    sign(db, sent, after=timedelta(days=900))

    [signed] = emitted(db, ParcelSigned)
    assert signed.at == clock.now()


def test_a_return_travels_the_other_way_and_belongs_to_its_case(
    db: Database, cast: Cast, clock: ManualClock, sold: Sold
):
    ship(db, cast, sold)
    lamps = sold.line_ids[0]
    request = {"order_id": sold.order_id, "case_id": 88, "carrier": "shunfeng", "lines": [(lamps, 1)]}

    with pytest.raises(WaybillTaken):
        db.write_sync(open_return_parcel, waybill="SF0000001", by_id=cast.lan, **request)
    with pytest.raises(NotFound):
        db.write_sync(open_return_parcel, waybill="SF0000009", by_id=cast.bo, **request)
    back, again = (db.write_sync(open_return_parcel, waybill="SF0000009", by_id=cast.lan, **request) for _ in range(2))
    assert back == again
    assert (back.direction, back.case_id, back.sender, back.receiver) == ("back", 88, RIVERSIDE, WORKSHOP)
    clock.advance(HOUR)
    sign(db, back)

    [signed] = emitted(db, ParcelSigned)
    assert (signed.direction, signed.case_id, signed.waybill) == ("back", 88, "SF0000009")
    # What comes back says nothing of what was sent.
    assert emitted(db, OrderDelivered) == []
    with pytest.raises((NotFound, Forbidden)):
        db.write_sync(open_reship_parcel, waybill="SF0000010", by_id=cast.lan, **request)
    again_out = db.write_sync(open_reship_parcel, waybill="SF0000010", by_id=cast.mei, **request)
    assert (again_out.direction, again_out.case_id) == ("out", 88)
    assert len(db.read_sync(parcels_of_order, sold.order_id)) == 3


def test_the_database_keeps_a_scan_once(db: Database, cast: Cast, sold: Sold):
    sent = ship(db, cast, sold)
    scan = Scan(state="in_transit", carrier_at=sent.created_at + HOUR, text="走" * 400, place="上" * 200)

    at_once([lambda: db.write_sync(record_tracking, carrier="shunfeng", waybill=sent.waybill, events=[scan, scan])] * 6)

    assert count(db, parcel_event) == 1
    assert len(emitted(db, ParcelMoved)) == 1


def test_what_is_said_after_the_signature_is_kept_and_signs_nothing_again(db: Database, cast: Cast, sold: Sold):
    sent = ship(db, cast, sold)
    for hours in (1, 2, 3):
        sign(db, sent, after=hours * HOUR)

    assert count(db, parcel_event) == 3
    assert len(emitted(db, ParcelSigned)) == len(emitted(db, OrderDelivered)) == 1
