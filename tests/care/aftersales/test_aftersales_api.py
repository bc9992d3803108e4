"""After-sales over HTTP: Bo, Mei's shop, and the platform's desk."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from litestar import Router
from litestar.di import Provide
from PIL import Image
from PIL.Image import Exif

from miaohui.care.aftersales.routes import route_handlers
from miaohui.care.compensation.routes import route_handlers as compensation_api
from miaohui.commerce.orders.queries import OrderLine
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from tests.care.counter import PRICE, Counter
from tests.house import House, Visitor


@pytest.fixture
def desk(db: Database, clock: ManualClock, counter: Counter) -> Iterator[House]:
    given = {"blobs": Provide(lambda: counter.blobs, sync_to_thread=False)}
    care = Router("/", route_handlers=[*route_handlers, *compensation_api], dependencies=given)
    with House(db=db, clock=clock, routes=[care]) as opened:
        yield opened


@pytest.fixture
def bo(desk: House, counter: Counter) -> Visitor:
    return desk.member(counter.buyer)


@pytest.fixture
def mei(desk: House, counter: Counter) -> Visitor:
    return desk.member(counter.seller)


@pytest.fixture
def platform(desk: House, counter: Counter) -> Visitor:
    return desk.member(counter.operator)


def ask(visitor: Visitor, line: OrderLine, kind: str = "refund_only", **more: object):
    body = {"order_line_id": str(line.id), "kind": kind, "quantity": 1, "reason": "faulty", "words": "坏了", **more}
    return visitor.ok("POST", f"/orders/{line.order_id}/returns", body)["aftersale"]


def photo() -> bytes:
    """A picture that tells where and with what it was taken."""
    exif = Exif()
    exif[0x010F] = "Lantern Phone"
    file = BytesIO()
    Image.new("RGB", (640, 480), "#c8402a").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_from_the_application_to_the_money(counter: Counter, bo: Visitor, mei: Visitor):
    line = counter.deliver()
    opened = ask(bo, line, "return_refund", quantity=1)
    assert (opened["state"], opened["asked_minor"], opened["side"]) == ("applied", PRICE, "buyer")
    assert opened["acts"] == ["withdrawal", "evidence"]
    assert opened["deadline_at"] == "2026-04-20T19:30:00Z"
    path = f"/aftersales/{opened['id']}"

    assert mei.ok("GET", path)["aftersale"]["acts"] == ["agreement", "offer", "refusal", "evidence"]
    offered = mei.ok("POST", f"{path}/offer", {"amount_minor": 900, "kind": "refund_only"})["aftersale"]
    assert offered["offer"] == {"amount_minor": 900, "kind": "refund_only"}
    assert bo.ok("POST", f"{path}/offer/refusal", {"words": "不够"})["aftersale"]["state"] == "applied"
    mei.ok("POST", f"{path}/agreement", {})
    bo.ok("POST", f"{path}/return-parcel", {"carrier": "sandbox"})
    mei.ok("POST", f"{path}/return-parcel/acceptance", {"resaleable": True})
    counter.settle_down()

    ended = bo.ok("GET", path)
    assert (ended["aftersale"]["state"], ended["aftersale"]["agreed_minor"]) == ("refunded", PRICE)
    assert [move["to_state"] for move in ended["moves"]] == [
        "applied",
        "wait_buyer_confirm",
        "applied",
        "wait_return",
        "return_shipped",
        "refunding",
        "refunded",
    ]
    assert ended["moves"][2]["words"] == "不够"
    assert [one["id"] for one in bo.pages("/aftersales", limit=1)] == [opened["id"]]
    assert [one["id"] for one in mei.pages(f"/shops/{counter.shop_id}/aftersales", state="refunded")] == [opened["id"]]
    assert mei.pages(f"/shops/{counter.shop_id}/aftersales", open=True) == []


def test_a_resend_gets_the_first_case_and_another_body_is_refused(counter: Counter, bo: Visitor):
    line = counter.deliver()
    key = {"Idempotency-Key": "tap-1"}
    body = {"order_line_id": str(line.id), "kind": "refund_only", "quantity": 1, "reason": "faulty"}
    path = f"/orders/{line.order_id}/returns"

    first, again = (bo.ok("POST", path, body, headers=key) for _ in range(2))

    assert first == again
    assert bo.refused("POST", path, {**body, "reason": "late"}, headers=key) == (409, "idempotency_key_reused")
    assert bo.refused("POST", path, body) == (409, "aftersales_case_open")


def test_a_dispute_with_pictures_that_only_those_concerned_can_see(
    counter: Counter, desk: House, bo: Visitor, mei: Visitor, platform: Visitor
):
    opened = ask(bo, counter.deliver())
    path = f"/aftersales/{opened['id']}"
    mei.ok("POST", f"{path}/refusal", {"words": "人为损坏"})
    dispute_id = bo.ok("POST", f"{path}/dispute", {"words": "到手即坏"})["dispute"]["id"]
    [waiting] = platform.pages("/operator/disputes")
    assert waiting["id"] == dispute_id
    desk_path = f"/operator/disputes/{dispute_id}"
    asked = platform.ok("POST", f"{desk_path}/proof-request", {"proof_from": "buyer", "words": "请发照片"})
    assert (asked["dispute"]["state"], asked["dispute"]["proof_from"]) == ("wait_proof", "buyer")

    due = asked["dispute"]["deadline_at"]
    listed = mei.pages(f"/shops/{opened['shop_id']}/aftersales")
    assert due is not None
    assert [one["deadline_at"] for one in listed] == [bo.ok("GET", path)["aftersale"]["deadline_at"]] == [due]

    shown = bo.ok("POST", f"{path}/evidence", params={"words": "灯罩裂了"}, content=photo())

    assert shown["dispute"]["state"] == "ready"
    [piece] = shown["evidence"]
    assert (piece["by_side"], piece["words"]) == ("buyer", "灯罩裂了")
    picture = piece["picture"].removeprefix("/api/v1")
    for visitor in (bo, mei, platform):
        answer = visitor.send("GET", picture)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"].startswith("private")
        assert not Image.open(BytesIO(answer.content)).getexif()
        assert b"Lantern" not in answer.content
    assert all(key.startswith("private/evidence/") for key in counter.blobs.keys(""))
    ines = desk.member(counter.cast.ines)
    assert ines.refused("GET", picture) == (404, "not_found")
    assert desk.stranger().refused("GET", picture) == (401, "unauthenticated")

    judged = platform.ok("POST", f"{desk_path}/judgement", {"verdict": "split", "awarded_minor": 100, "words": "各半"})
    assert (judged["dispute"]["verdict"], judged["dispute"]["awarded_minor"]) == ("split", 100)
    assert bo.ok("GET", path)["aftersale"]["acts"] == ["dispute/appeal", "evidence"]
    appealed = mei.ok("POST", f"{path}/dispute/appeal", {"words": "不公平"})
    assert appealed["dispute"]["appealed_by"] == "shop"
    final = platform.ok("POST", f"{desk_path}/judgement", {"verdict": "seller", "words": "商家有理"})
    assert (final["dispute"]["state"], final["aftersale"]["state"]) == ("final", "closed")
    assert platform.pages("/operator/disputes") == []
    assert counter.broken_promises() == []


def test_what_is_refused_leaves_no_picture_behind(counter: Counter, desk: House, bo: Visitor):
    opened = ask(bo, counter.deliver())
    path = f"/aftersales/{opened['id']}"
    ines = desk.member(counter.cast.ines)
    assert ines.refused("POST", f"{path}/evidence", content=photo()) == (404, "not_found")
    assert bo.refused("POST", f"{path}/evidence", content=b"no picture") == (400, "unreadable_picture")
    assert bo.refused("POST", f"{path}/evidence") == (400, "invalid_input")
    bo.ok("POST", f"{path}/withdrawal")
    assert bo.refused("POST", f"{path}/evidence", content=photo()) == (409, "aftersales_case_moved")
    assert not (counter.blobs.root / "private").exists() or counter.blobs.keys("private") == []


def test_every_side_has_its_own_doors(counter: Counter, desk: House, bo: Visitor, mei: Visitor, platform: Visitor):
    opened = ask(bo, counter.deliver())
    path = f"/aftersales/{opened['id']}"
    lister = desk.member(counter.hire(counter.cast.hao, "goods"))
    packer = desk.member(counter.hire(counter.cast.xiaoyu, "fulfilment"))

    assert bo.refused("POST", f"{path}/agreement", {}) == (404, "not_found")
    assert lister.refused("POST", f"{path}/agreement", {}) == (403, "forbidden")
    assert lister.refused("GET", path) == (403, "forbidden")
    assert packer.ok("GET", path)["aftersale"]["side"] == "shop"
    assert packer.refused("POST", f"{path}/refusal", {"words": "x"}) == (403, "forbidden")
    assert mei.refused("POST", f"{path}/withdrawal") == (404, "not_found")
    assert platform.refused("POST", f"{path}/agreement", {}) == (404, "not_found")
    assert platform.ok("GET", path)["aftersale"]["side"] == "platform"
    for visitor in (bo, mei):
        assert visitor.refused("GET", "/operator/disputes") == (403, "forbidden")
        assert visitor.refused("GET", "/operator/advances") == (403, "forbidden")
    assert bo.refused("GET", f"/shops/{counter.shop_id}/aftersales") == (404, "not_found")
    assert platform.ok("GET", "/operator/advances") == {"items": [], "cursor": None}
    assert platform.refused("POST", "/operator/advances/4711/write-off", {"reason": "it is gone"}) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "gift"},
        {"quantity": -1},
        {"reason": "because"},
        {"words": "a\x00b"},
        {"words": "x" * 501},
        {"amount_minor": -1},
        {"order_line_id": "x"},
    ],
)
def test_unfit_input(counter: Counter, bo: Visitor, body: dict[str, object]):
    line = counter.sell()
    asked = {"order_line_id": str(line.id), "kind": "refund_only", "quantity": 1, "reason": "faulty", **body}
    assert bo.refused("POST", f"/orders/{line.order_id}/returns", asked) == (400, "invalid_input")


def test_words_are_needed_where_somebody_must_be_told_why(counter: Counter, bo: Visitor, mei: Visitor):
    opened = ask(bo, counter.deliver())
    for words in ("", "  \n "):
        assert mei.refused("POST", f"/aftersales/{opened['id']}/refusal", {"words": words}) == (400, "invalid_input")
