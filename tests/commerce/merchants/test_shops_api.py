"""A shop from its application to its last day, over HTTP."""

import io
from datetime import timedelta

import sqlalchemy as sa
from PIL import Image

import miaohui.commerce.merchants.cards  # noqa: F401  it declares the card
from miaohui.commerce.merchants.actions.end_probation import end_probation
from miaohui.commerce.merchants.events import ShopClosing, ShopOpened
from miaohui.commerce.merchants.handlers import open_when_deposited
from miaohui.commerce.merchants.queries import moves_of_shop
from miaohui.commerce.merchants.tables import shop as shop_table
from miaohui.kit.cards import find_card
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.money.payments.events import PaymentSucceeded
from miaohui.people.graph.actions.block_person import block_person
from tests.cast import Cast
from tests.commerce.market import category, make_operator, open_stall, shop_in_review
from tests.emitted import emitted
from tests.house import House


def picture(width: int = 900, height: int = 600, mode: str = "RGB") -> bytes:
    """Return a photograph with a place in its metadata."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "behind the bridge"
    Image.new(mode, (width, height), "darkred").save(file, "PNG", exif=exif)
    return file.getvalue()


def test_from_an_application_to_the_first_day(market: House, db: Database, cast: Cast):
    omar, lena = market.member(cast.omar), market.member(make_operator(db, cast.lena))
    lamps, food = category(db, "lighting"), category(db, "tea")
    body = {"kind": "individual", "name": " 灯  火 ", "category_ids": [str(lamps), str(food)]}

    shop = omar.ok("POST", "/shops", body, headers={"Idempotency-Key": "one"})
    again = omar.ok("POST", "/shops", body, headers={"Idempotency-Key": "one"})
    assert (again["id"], shop["name"], shop["state"], shop["role"]) == (shop["id"], "灯 火", "applied", "owner")
    assert shop["papers_missing"] == ["food_licence", "identity"]
    path = f"/shops/{shop['id']}"
    assert omar.refused("POST", f"{path}/application") == (409, "papers_missing")

    for kind in ("identity", "food_licence"):
        shop = omar.ok("POST", f"{path}/documents", {"kind": kind, "number": "A-1"})
    paper = f"{path}/documents/{shop['documents'][0]['id']}/picture"
    assert omar.send("PUT", paper, content=picture()).status_code == 204
    assert market.stranger().refused("GET", path) == (404, "not_found")
    assert omar.ok("POST", f"{path}/application")["state"] == "review"

    [waiting] = lena.pages("/operator/shops", limit=1)
    assert waiting["id"] == shop["id"]
    answer = lena.send("GET", paper)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/webp", "private, no-store")
    assert market.member(cast.mei).refused("GET", paper) == (404, "not_found")
    decision = {"accept": True, "refused_categories": [str(food)]}
    decided = lena.ok("POST", f"/operator/shops/{shop['id']}/decision", decision)
    assert (decided["state"], decided["opened_at"], decided["deposit_required_minor"]) == ("probation", None, 100_000)
    assert {each["category_id"]: each["state"] for each in decided["categories"]} == {
        str(lamps): "granted",
        str(food): "refused",
    }
    assert lena.refused("POST", f"/operator/shops/{shop['id']}/opening") == (409, "deposit_outstanding")

    payment = omar.ok("POST", f"{path}/deposit", {"provider": "sandbox"})
    assert omar.ok("POST", f"{path}/deposit", {"provider": "sandbox"})["id"] == payment["id"]
    assert (payment["amount_minor"], payment["purpose"], payment["subject_id"]) == (100_000, "deposit", shop["id"])
    omar.ok("POST", f"/payments/{payment['id']}/sandbox", {"outcome": "pay"})
    [paid] = emitted(db, PaymentSucceeded)
    for _ in range(2):
        db.write_sync(open_when_deposited, paid)

    opened = omar.ok("GET", f"{path}/console")
    assert (opened["deposit_minor"], opened["state"]) == (100_000, "probation")
    assert opened["opened_at"] is not None
    assert [event.shop_id for event in emitted(db, ShopOpened)] == [int(shop["id"])]
    assert market.stranger().ok("GET", path)["name"] == "灯 火"
    assert omar.refused("POST", f"{path}/deposit", {"provider": "sandbox"}) == (409, "already_paid")
    assert [each["to_state"] for each in opened["history"]] == ["applied", "review", "probation", "probation"]


def test_a_rejected_application_can_be_mended(market: House, db: Database, cast: Cast):
    shop_id = shop_in_review(db, owner_id=cast.omar, name="灯火")
    omar, lena = market.member(cast.omar), market.member(make_operator(db, cast.lena))
    decision = f"/operator/shops/{shop_id}/decision"

    assert lena.refused("POST", decision, {"accept": False}) == (400, "invalid_input")
    assert lena.ok("POST", decision, {"accept": False, "reason": "看不清"})["state"] == "rejected"
    assert lena.refused("POST", decision, {"accept": True}) == (409, "shop_not_in_state")

    assert omar.ok("POST", f"/shops/{shop_id}/application")["state"] == "review"
    assert lena.ok("POST", decision, {"accept": True})["state"] == "probation"


def test_a_rejected_paper_is_missing_again(market: House, db: Database, cast: Cast):
    shop_id = shop_in_review(db, owner_id=cast.omar, name="灯火")
    omar, lena = market.member(cast.omar), market.member(make_operator(db, cast.lena))
    [paper] = omar.ok("GET", f"/shops/{shop_id}/console")["documents"]
    path = f"/operator/documents/{paper['id']}/decision"

    assert lena.send("POST", path, {"accept": False, "note": "已过期"}).status_code == 204
    assert lena.refused("POST", path, {"accept": True}) == (409, "document_already_reviewed")
    assert lena.refused("POST", f"/operator/shops/{shop_id}/decision", {"accept": True}) == (409, "papers_missing")
    seen = omar.ok("GET", f"/shops/{shop_id}/console")
    assert (seen["papers_missing"], seen["documents"][0]["note"]) == (["identity"], "已过期")
    assert [each["state"] for each in seen["categories"]] == ["requested"], "a refused decision leaves nothing behind"


def test_probation_ends_by_itself_after_thirty_days(market: House, db: Database, cast: Cast, clock: ManualClock):
    stall = open_stall(db, owner_id=cast.omar, operator_id=cast.lena)

    clock.advance(timedelta(days=29))
    assert db.write_sync(end_probation, shop_id=stall) is False
    clock.advance(timedelta(days=1))
    assert [db.write_sync(end_probation, shop_id=stall) for _ in range(2)] == [True, False]
    assert market.member(cast.omar).ok("GET", f"/shops/{stall}/console")["state"] == "open"


def test_a_shop_says_how_it_stands_but_not_to_those_a_block_keeps_away(market: House, db: Database, cast: Cast):
    stall = open_stall(db, owner_id=cast.omar, operator_id=cast.lena)
    coming = shop_in_review(db, owner_id=cast.bo, name="茶马道")
    mei, bo = market.member(cast.mei), market.member(cast.bo)

    seen = mei.ok("GET", f"/shops/{stall}")
    assert (seen["standing"], seen["owner"]["id"], seen["mine"]) == ("open", str(cast.omar), False)
    assert {one["name_en"] for one in seen["categories"]} == {"Handmade things", "Lamps and lanterns"}
    assert bo.refused("GET", f"/shops/{coming}") == (404, "not_found"), "it has never been open"
    assert db.read_sync(find_card, kind="shop", ref=str(stall), viewer_id=cast.mei) is not None

    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.omar)
    assert mei.refused("GET", f"/shops/{stall}") == (404, "not_found")
    assert db.read_sync(find_card, kind="shop", ref=str(stall), viewer_id=cast.mei) is None

    closed = sa.update(shop_table).where(shop_table.c.id == stall).values(state="closed")
    db.write_sync(lambda tx: tx.execute(closed))
    assert bo.ok("GET", f"/shops/{stall}")["standing"] == "closed"
    assert db.read_sync(find_card, kind="shop", ref=str(stall), viewer_id=cast.bo) is None


def test_limits_lead_back_to_where_the_shop_was(market: House, db: Database, cast: Cast, clock: ManualClock):
    stall = open_stall(db, owner_id=cast.omar, operator_id=cast.lena)
    lena = market.member(cast.lena)
    path = f"/operator/shops/{stall}/limits"

    assert lena.refused("PUT", path, {"limits": [], "reason": "?"}) == (409, "shop_not_in_state")
    limited = lena.ok("PUT", path, {"limits": ["traffic", "live"], "reason": "多次投诉"})
    assert (limited["state"], limited["limits"]) == ("limited", ["live", "traffic"])
    assert market.stranger().ok("GET", f"/shops/{stall}")["standing"] == "resting"
    for shelf in ("showcase", "sales"):
        assert market.stranger().refused("GET", f"/shops/{stall}/{shelf}") == (404, "not_found")
    assert lena.ok("PUT", path, {"limits": ["live"], "reason": "已整改"})["limits"] == ["live"]
    assert lena.ok("PUT", path, {"limits": [], "reason": "已整改"})["state"] == "probation"
    assert len(db.read_sync(moves_of_shop, stall)) == 7

    lena.ok("PUT", path, {"limits": ["live"], "reason": "又来"})
    clock.advance(timedelta(days=31))
    assert lena.ok("PUT", path, {"limits": [], "reason": "已整改"})["state"] == "open"


def test_a_shop_closes_and_ends_only_when_nothing_is_held_for_it(market: House, db: Database, cast: Cast):
    stall = open_stall(db, owner_id=cast.omar, operator_id=cast.lena)
    omar, lena = market.member(cast.omar), market.member(cast.lena)

    assert omar.ok("POST", f"/shops/{stall}/closing", {"reason": "回乡"})["state"] == "closing"
    assert omar.refused("POST", f"/shops/{stall}/closing", {}) == (409, "shop_not_in_state")
    assert [event.shop_id for event in emitted(db, ShopClosing)] == [stall]
    assert lena.refused("PUT", f"/operator/shops/{stall}/closing") == (409, "shop_not_settled")
    assert omar.refused("PATCH", f"/shops/{stall}", {"intro": "还在"}) == (409, "shop_not_in_state")


def test_an_application_that_is_given_up_frees_its_place(market: House, db: Database, cast: Cast):
    omar, lamps = market.member(cast.omar), str(category(db, "lighting"))
    apply = [{"kind": "company", "name": f"店 {n}", "category_ids": [lamps]} for n in range(6)]
    shops = [omar.ok("POST", "/shops", body)["id"] for body in apply[:5]]

    assert omar.refused("POST", "/shops", apply[5]) == (409, "too_many_shops")
    assert omar.ok("POST", f"/shops/{shops[0]}/closing", {})["state"] == "closed"
    assert omar.ok("POST", "/shops", apply[5])["state"] == "applied"
    assert market.member(cast.mei).refused("POST", "/shops", apply[1]) == (409, "shop_name_taken")
    assert [each["state"] for each in omar.ok("GET", "/me/shops")["items"]] == ["closed"] + ["applied"] * 5


def test_what_a_shop_says_of_itself(market: House, db: Database, cast: Cast):
    stall = open_stall(db, owner_id=cast.omar, operator_id=cast.lena)
    other = open_stall(db, owner_id=cast.bo, operator_id=cast.lena, name="隔壁")
    omar, path = market.member(cast.omar), f"/shops/{stall}"
    address = {"name": "Omar", "phone": "13800138000", "street": "灯市街 7 号", "province": "江苏省"}

    changed = omar.ok("PATCH", path, {"intro": "手扎灯笼", "insures_returns": True, "return_address": address})
    assert (changed["intro"], changed["insures_returns"]) == ("手扎灯笼", True)
    assert changed["return_address"]["street"] == "灯市街 7 号"
    assert omar.refused("PATCH", path, {"name": "隔壁"}) == (409, "shop_name_taken")
    assert omar.refused("PATCH", path, {"name": "\u202e火灯"}) == (400, "invalid_input")
    shown = omar.ok("PUT", f"{path}/avatar", content=picture())["avatar"]
    assert shown.startswith(f"/media/shops/{stall}/")
    assert omar.refused("PUT", f"{path}/avatar", content=b"no picture") == (400, "unreadable_picture")
    assert omar.refused("PATCH", f"/shops/{other}", {"intro": "我的"}) == (404, "not_found")


def test_one_more_category_raises_the_deposit(market: House, db: Database, cast: Cast):
    stall = open_stall(db, owner_id=cast.omar, operator_id=cast.lena)
    omar, lena, tea = market.member(cast.omar), market.member(cast.lena), category(db, "tea")
    ask = {"category_id": str(tea)}

    assert omar.refused("POST", f"/shops/{stall}/categories", ask) == (409, "papers_missing")
    shop = omar.ok("POST", f"/shops/{stall}/documents", {"kind": "food_licence", "number": "JY-1"})
    omar.ok("POST", f"/shops/{stall}/categories", ask)
    verdict = f"/operator/shops/{stall}/categories/{tea}/decision"
    assert lena.refused("POST", verdict, {"accept": True}) == (409, "papers_missing")
    lena.send("POST", f"/operator/documents/{shop['documents'][-1]['id']}/decision", {"accept": True})
    assert lena.ok("POST", verdict, {"accept": True})["deposit_required_minor"] == 200_000
    assert lena.refused("POST", verdict, {"accept": True}) == (409, "conflict")
