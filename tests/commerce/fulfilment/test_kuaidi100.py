"""Kuaidi100 pushes: repeated, reordered, tampered with, corrected."""

import itertools
from typing import Any
from urllib.parse import parse_qs

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from miaohui.commerce.fulfilment.actions.ship_parcel import ship_parcel
from miaohui.commerce.fulfilment.carriers.contract import CarrierTrouble, Shipment
from miaohui.commerce.fulfilment.carriers.kuaidi100 import Kuaidi100, sign
from miaohui.commerce.fulfilment.events import ParcelMoved, ParcelSigned
from miaohui.commerce.fulfilment.queries import Parcel, parcel_by_id, scans_of_parcels
from miaohui.commerce.fulfilment.tables import parcel_event
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from tests.at_once import at_once
from tests.cast import Cast
from tests.commerce.fulfilment.conftest import SALT
from tests.commerce.inventory.stall import Stall
from tests.commerce.sold import sell
from tests.emitted import emitted
from tests.house import House, Visitor

JOURNEY = [
    {
        "time": "2026-04-21 09:12:44",
        "context": "【黄浦区】已签收，签收人：门卫",
        "statusCode": "301",
        "areaName": "上海",
    },
    {"time": "2026-04-21 07:30:00", "context": "【黄浦区】正在派件", "statusCode": "5"},
    {"time": "2026-04-20 02:00:00", "context": "离开杭州转运中心", "statusCode": "0"},
    {"time": "2026-04-19 11:00:00", "context": "杭州西湖营业部已揽收", "statusCode": "1"},
]


@pytest.fixture
def sent(db: Database, cast: Cast, stall: Stall) -> Parcel:
    sold = sell(db, stall, buyer_id=cast.lan)
    return db.write_sync(
        ship_parcel, order_id=sold.order_id, lines=None, carrier="yuantong", waybill="V030344422", by_id=cast.mei
    )


def push(lines: list[dict[str, str]], *, salt: str = SALT, **changes: Any) -> dict[str, str]:
    """A notice as it comes over the wire, with a signature that fits."""
    result = {"message": "ok", "state": "0", "com": "yuantong", "nu": "V030344422", "data": lines}
    told = {"status": "polling", "message": "", "lastResult": result} | changes
    param = msgspec.json.encode(told).decode()
    return {"param": param, "sign": sign(param, salt)}


def hear(visitor: Visitor, form: dict[str, str]) -> httpx.Response:
    return visitor._client.post("/notices/carriers/kuaidi100", data=form)


def rows(db: Database) -> int:
    def read(tx: Tx) -> int:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(parcel_event)))

    return db.read_sync(read)


def test_the_signature_is_theirs():
    # The test vector of RFC 1321, cut into text and salt.
    assert sign("a", "bc") == "900150983CD24FB0D6963F7D28E17F72"


def test_a_push_moves_the_parcel_and_gets_its_receipt(db: Database, fair: House, clock: ManualClock, sent: Parcel):
    said = hear(fair.stranger(), push(JOURNEY[2:]))

    assert (said.status_code, said.json()["returnCode"], said.json()["result"]) == (200, "200", True)
    found = db.read_sync(parcel_by_id, sent.id)
    assert found.state == "in_transit"
    # Two in the morning in Beijing is six in the evening before in UTC.
    assert found.state_at.isoformat() == "2026-04-19T18:00:00+00:00"
    hear(fair.stranger(), push(JOURNEY, status="shutdown"))
    assert db.read_sync(parcel_by_id, sent.id).state == "signed"
    assert db.read_sync(scans_of_parcels, [sent.id])[sent.id][0].place == "上海"


def test_repeated_and_reordered_pushes_tell_one_story(db: Database, fair: House, sent: Parcel):
    carrier = fair.stranger()
    parts = [push(JOURNEY[start:]) for start in range(4)]

    for order in itertools.islice(itertools.permutations(parts), 0, 24, 5):
        for form in order:
            assert hear(carrier, form).status_code == 200

    assert rows(db) == 4
    assert db.read_sync(parcel_by_id, sent.id).state == "signed"
    assert len(emitted(db, ParcelSigned)) == 1


def test_the_same_push_many_times_at_once_is_heard_once(db: Database, fair: House, sent: Parcel):
    carriers = [fair.stranger() for _ in range(4)]

    answers = at_once([lambda one=one: hear(one, push(JOURNEY)).status_code for one in carriers])

    assert answers == [200] * 4
    assert rows(db) == 4
    assert len(emitted(db, ParcelSigned)) == 1


@pytest.mark.parametrize(
    "tamper",
    [
        lambda form: form | {"sign": ""},
        lambda form: form | {"sign": "签" * 32},
        lambda form: {"param": form["param"]},
        lambda form: form | {"param": form["param"].replace("V030344422", "V030344423")},
        lambda form: form | {"param": form["param"] + " "},
        lambda form: push(JOURNEY, salt="another salt"),
        lambda form: push(JOURNEY, salt=""),
        lambda form: push([{"time": "yesterday", "context": "x"}]),
        lambda form: push([{"time": "2026-04-21 09:12:44"}]),
        lambda form: push(JOURNEY, lastResult=None),
        lambda form: push(JOURNEY * 200),
        lambda form: {"param": "[", "sign": sign("[", SALT)},
        lambda form: {},
    ],
)
def test_what_is_not_signed_or_not_readable_moves_nothing(db: Database, fair: House, sent: Parcel, tamper: Any):
    said = hear(fair.stranger(), tamper(push(JOURNEY)))

    assert (said.status_code, said.json()["code"]) == (403, "carrier_notice_refused")
    assert rows(db) == 0
    assert db.read_sync(parcel_by_id, sent.id).state == "created"


def test_without_a_salt_of_ours_nobody_can_push(db: Database, clock: ManualClock, sent: Parcel):
    from miaohui.commerce.fulfilment.routes import route_handlers

    with House(db=db, clock=clock, routes=route_handlers) as closed:
        assert hear(closed.stranger(), push(JOURNEY, salt="")).status_code == 403
    assert rows(db) == 0


def test_a_carrier_that_was_wrong_is_corrected(db: Database, fair: House, sent: Parcel):
    carrier = fair.stranger()
    hear(carrier, push(JOURNEY[3:], status="abort", comOld="yuantong", comNew="ems"))
    assert db.read_sync(parcel_by_id, sent.id).carrier == "ems"

    # From now on it is pushed under the right name; a repetition of the correction changes nothing.
    hear(carrier, push(JOURNEY[3:], status="abort", comOld="yuantong", comNew="ems"))
    ems = {"state": "3", "com": "ems", "nu": "V030344422", "data": JOURNEY}
    hear(carrier, push([], status="shutdown", lastResult=ems))

    found = db.read_sync(parcel_by_id, sent.id)
    assert (found.carrier, found.state) == ("ems", "signed")
    assert rows(db) == 4


def test_older_accounts_name_the_state_once_for_all(db: Database, fair: House, sent: Parcel):
    lines = [{"time": one["time"], "context": one["context"]} for one in JOURNEY]
    result = {"state": "3", "com": "yuantong", "nu": "v0303 44422", "data": lines}

    hear(fair.stranger(), push([], status="shutdown", lastResult=result))

    assert [one.state for one in db.read_sync(scans_of_parcels, [sent.id])[sent.id]] == [
        "signed",
        "noted",
        "noted",
        "noted",
    ]
    assert db.read_sync(parcel_by_id, sent.id).state == "signed"


def test_states_that_we_do_not_know_are_kept_and_move_nothing(db: Database, fair: House, sent: Parcel):
    hear(fair.stranger(), push([*JOURNEY[2:], {"time": "2026-04-22 00:00:00", "context": "?\x00", "statusCode": "99"}]))

    assert db.read_sync(parcel_by_id, sent.id).state == "in_transit"
    assert next(one.text for one in db.read_sync(scans_of_parcels, [sent.id])[sent.id]) == "?"
    assert len(emitted(db, ParcelMoved)) == 1


def test_a_parcel_that_nobody_knows_is_taken_note_of_politely(db: Database, fair: House):
    assert hear(fair.stranger(), push(JOURNEY)).json()["result"] is True
    assert rows(db) == 0


SHIPMENT = Shipment(
    company="yuantong", waybill="V030344422", sender_place="浙江省杭州市", receiver_place="上海市", phone_tail="9000"
)


def service(answer: Any, asked: list[dict[str, Any]]) -> Kuaidi100:
    def serve(request: httpx.Request) -> httpx.Response:
        form = parse_qs(request.content.decode())
        asked.append(msgspec.json.decode(form["param"][0]) | {"schema": form["schema"][0]})
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, content=answer)

    return Kuaidi100(
        url="https://poll.example/poll",
        key="our-key",
        salt=SALT,
        callback="https://fair.example/notices",
        transport=httpx.MockTransport(serve),
    )


def test_a_subscription_says_where_to_push_and_with_which_salt():
    asked: list[dict[str, Any]] = []
    for code in ("200", "501"):
        service(msgspec.json.encode({"result": True, "returnCode": code, "message": "ok"}), asked).subscribe(SHIPMENT)

    assert asked[0] == asked[1]
    assert (asked[0]["schema"], asked[0]["company"], asked[0]["number"]) == ("json", "yuantong", "V030344422")
    assert asked[0]["key"] == "our-key"
    wanted = {"callbackurl": "https://fair.example/notices", "salt": SALT, "resultv2": "4", "phone": "9000"}
    assert asked[0]["parameters"] == wanted


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (b'{"returnCode": "600", "message": "our-key is none"}', True),
        (b'{"returnCode": "500"}', False),
        (b"<html>", False),
        (httpx.ConnectTimeout("no"), False),
    ],
)
def test_a_failed_subscription_says_whether_to_try_again_and_keeps_the_key_to_itself(answer: Any, permanent: bool):
    with pytest.raises(CarrierTrouble) as trouble:
        service(answer, []).subscribe(SHIPMENT)

    assert trouble.value.permanent is permanent
    assert "our-key" not in str(trouble.value)
