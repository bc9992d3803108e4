"""Who may do what in a shop, walked by everybody; and what happens when two do it at once."""

from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.actions.apply_shop import ShopNameTaken, apply_shop
from miaohui.commerce.merchants.actions.change_staff import OwnerStays, remove_staff, set_staff
from miaohui.commerce.merchants.actions.decide_shop import decide_shop
from miaohui.commerce.merchants.actions.open_shop import open_shop
from miaohui.commerce.merchants.audits import shops_without_their_owner, strange_moves_of_shops
from miaohui.commerce.merchants.events import ShopOpened, ShopReviewed
from miaohui.commerce.merchants.queries import moves_of_shop, role_in_shop
from miaohui.commerce.merchants.roles import POWERS
from miaohui.commerce.merchants.states import MOVES, ShopNotInState
from miaohui.commerce.merchants.tables import shop, shop_staff
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Forbidden, NotFound
from tests.at_once import at_once
from tests.cast import Cast
from tests.commerce.market import category, make_operator, open_stall, pay_deposit, put_goods, shop_in_review
from tests.emitted import emitted
from tests.house import House

EVERY_POWER = sorted(POWERS["owner"])


@pytest.fixture
def stall(db: Database, cast: Cast) -> int:
    return open_stall(db, owner_id=cast.omar, operator_id=cast.lena)


def test_each_role_has_the_powers_of_the_table_and_no_others(db: Database, cast: Cast, stall: int):
    for role, powers in POWERS.items():
        if role != "owner":
            db.write_sync(set_staff, shop_id=stall, by_id=cast.omar, account_id=cast.bo, role=role)
        somebody = cast.omar if role == "owner" else cast.bo
        for power in EVERY_POWER:
            if power in powers:
                assert db.read_sync(access_shop, shop_id=stall, account_id=somebody, to=power).id == stall
            else:
                with pytest.raises(Forbidden):
                    db.read_sync(access_shop, shop_id=stall, account_id=somebody, to=power)


@pytest.mark.parametrize("power", EVERY_POWER)
def test_a_stranger_another_shops_owner_and_an_operator_find_no_shop(db: Database, cast: Cast, stall: int, power: str):
    open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="隔壁")
    for who in (cast.mei, cast.lan, cast.lena):
        with pytest.raises(NotFound):
            db.read_sync(access_shop, shop_id=stall, account_id=who, to=power)


CONSOLE: list[tuple[str, str, Any, str]] = [
    ("PATCH", "", {"intro": "x"}, "shop"),
    ("POST", "/application", None, "shop"),
    ("POST", "/documents", {"kind": "identity", "number": "1"}, "shop"),
    ("POST", "/categories", {"category_id": "1"}, "shop"),
    ("POST", "/deposit", {"provider": "sandbox"}, "shop"),
    ("PUT", "/staff/{bo}", {"role": "manager"}, "staff"),
    ("POST", "/closing", {}, "staff"),
    ("PUT", "/showcase", {"product_ids": []}, "goods"),
    ("POST", "/products", {"title": "花灯", "category_id": "1", "variants": [{"price_minor": 1}]}, "goods"),
    ("PATCH", "/products/{product}", {"body": "x"}, "goods"),
    ("PUT", "/products/{product}/variants", {"variants": [{"price_minor": 1}]}, "goods"),
    ("PUT", "/products/{product}/pictures", {"picture_ids": []}, "goods"),
    ("DELETE", "/products/{product}/pictures/{product}", None, "goods"),
    ("POST", "/products/{product}/submission", None, "goods"),
    ("DELETE", "/products/{product}/submission", None, "goods"),
    ("PUT", "/products/{product}/listing", None, "goods"),
    ("DELETE", "/products/{product}/listing", None, "goods"),
    ("DELETE", "/products/{product}", None, "goods"),
    ("PUT", "/products/{product}/commission", {"rate_bp": 100}, "promotions"),
    ("DELETE", "/products/{product}/commission", None, "promotions"),
    ("GET", "/console", None, "view"),
    ("GET", "/staff", None, "view"),
    ("GET", "/products", None, "view"),
    ("GET", "/products/{product}", None, "view"),
]


@pytest.mark.parametrize("role", ["goods", "fulfilment", "service", "finance", "manager"])
def test_staff_are_held_to_their_role_at_every_address(market: House, db: Database, cast: Cast, stall: int, role: Any):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)
    db.write_sync(set_staff, shop_id=stall, by_id=cast.omar, account_id=cast.bo, role=role)
    bo, mei = market.member(cast.bo), market.member(cast.mei)
    for method, path, body, power in CONSOLE:
        address = f"/shops/{stall}{path}".format(bo=cast.bo, product=goods.product_id)
        assert mei.send(method, address, body).status_code == 404, (method, path)
        if power not in POWERS[role]:
            assert bo.refused(method, address, body) == (403, "forbidden"), (method, path)
        elif method == "GET":
            assert bo.send(method, address).status_code == 200


def test_another_shops_product_is_not_there_under_ones_own_address(market: House, db: Database, cast: Cast, stall: int):
    goods = put_goods(db, shop_id=stall, operator_id=cast.lena)
    own = open_stall(db, owner_id=cast.mei, operator_id=cast.lena, name="隔壁")
    mei = market.member(cast.mei)
    for method, path, body, _ in CONSOLE:
        if "{product}" in path:
            address = f"/shops/{own}{path}".format(product=goods.product_id)
            assert mei.refused(method, address, body) == (404, "not_found"), (method, path)


def test_the_owner_stays_and_others_may_leave(db: Database, cast: Cast, stall: int):
    db.write_sync(set_staff, shop_id=stall, by_id=cast.omar, account_id=cast.bo, role="service")
    with pytest.raises(OwnerStays):
        db.write_sync(set_staff, shop_id=stall, by_id=cast.omar, account_id=cast.omar, role="goods")
    with pytest.raises(OwnerStays):
        db.write_sync(set_staff, shop_id=stall, by_id=cast.omar, account_id=cast.bo, role="owner")
    with pytest.raises(OwnerStays):
        db.write_sync(remove_staff, shop_id=stall, by_id=cast.omar, account_id=cast.omar)
    with pytest.raises(Forbidden):
        db.write_sync(remove_staff, shop_id=stall, by_id=cast.bo, account_id=cast.omar)
    db.write_sync(remove_staff, shop_id=stall, by_id=cast.bo, account_id=cast.bo)
    assert db.read_sync(role_in_shop, shop_id=stall, account_id=cast.bo) is None


def test_two_operators_decide_at_once_and_the_second_is_told(db: Database, cast: Cast):
    shop_id = shop_in_review(db, owner_id=cast.omar, name="灯火")
    make_operator(db, cast.lena)
    make_operator(db, cast.bo)

    def accept() -> None:
        db.write_sync(decide_shop, shop_id=shop_id, by_id=cast.lena, accept=True)

    def reject() -> None:
        db.write_sync(decide_shop, shop_id=shop_id, by_id=cast.bo, accept=False, reason="不行")

    answers = at_once([accept, reject] * 3)

    assert [answer for answer in answers if answer is None] == [None]
    assert {type(answer) for answer in answers if answer is not None} == {ShopNotInState}
    assert len(emitted(db, ShopReviewed)) == 1
    assert len(db.read_sync(moves_of_shop, shop_id)) == 3


def test_a_shop_opens_once_however_often_it_is_opened(db: Database, cast: Cast):
    shop_id = shop_in_review(db, owner_id=cast.omar, name="灯火")
    db.write_sync(decide_shop, shop_id=shop_id, by_id=make_operator(db, cast.lena), accept=True)
    pay_deposit(db, shop_id)

    answers = at_once([lambda: db.write_sync(open_shop, shop_id=shop_id)] * 6)

    assert sorted(answers) == [False] * 5 + [True]
    assert len(emitted(db, ShopOpened)) == 1


def test_of_two_who_want_the_same_name_one_gets_it(db: Database, cast: Cast):
    lamps, people = category(db, "lighting"), [cast.mei, cast.bo, cast.lan]

    def apply(owner_id: int) -> int:
        return db.write_sync(apply_shop, owner_id=owner_id, kind="company", name="灯火", category_ids=[lamps])

    answers = at_once([lambda owner_id=each: apply(owner_id) for each in people])

    assert len([answer for answer in answers if isinstance(answer, ShopNameTaken)]) == 2


def test_the_audits_see_a_shop_that_was_tampered_with(db: Database, cast: Cast, stall: int):
    def violations(tx: Tx) -> list[int]:
        questions = (shops_without_their_owner, strange_moves_of_shops)
        return [len(tx.execute(question(tx.dialect)).all()) for question in questions]

    assert db.read_sync(violations) == [0, 0]

    def tamper(tx: Tx) -> None:
        tx.execute(sa.delete(shop_staff).where(shop_staff.c.role == "owner"))
        tx.execute(sa.update(shop).values(state="closed"))

    db.write_sync(tamper)
    assert db.read_sync(violations) == [1, 1]


def test_no_state_leads_out_of_the_table():
    assert {target for targets in MOVES.values() for target in targets} <= set(MOVES)
    assert MOVES["closed"] == frozenset()
