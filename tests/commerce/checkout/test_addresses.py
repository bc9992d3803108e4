"""The address book."""

import pytest

from miaohui.commerce.checkout.actions import add_address as adding
from miaohui.commerce.checkout.actions.add_address import AddressBookFull, add_address
from miaohui.commerce.checkout.actions.change_address import change_address
from miaohui.commerce.checkout.actions.remove_address import remove_address
from miaohui.commerce.checkout.address_form import AddressForm, AddressUnusable
from miaohui.commerce.checkout.queries import Address, address_of, addresses_of
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from tests.at_once import at_once
from tests.cast import Cast


def form(**changes: object) -> AddressForm:
    home = {"name": "阿梅", "phone": "13800138000", "street": "平江路 8 号", "division_code": "320508"}
    return AddressForm(**(home | changes))


def book(db: Database, person: int) -> list[Address]:
    return db.read_sync(addresses_of, account_id=person)


def test_the_code_says_where_and_the_number_has_one_form(db: Database, cast: Cast) -> None:
    kept = db.write_sync(add_address, account_id=cast.mei, form=form(province="Wrong", street="  平江路  8 号 "))
    assert (kept.province, kept.city, kept.district) == ("江苏省", "苏州市", "姑苏区")
    assert (kept.phone, kept.street, kept.is_default) == ("+8613800138000", "平江路 8 号", True)


def test_elsewhere_words_say_where(db: Database, cast: Cast) -> None:
    lisbon = form(country="pt", phone="+351 912 345 678", city="Lisboa", postcode="1100-148", division_code="320508")
    kept = db.write_sync(add_address, account_id=cast.ines, form=lisbon)
    assert (kept.country, kept.city, kept.division_code, kept.province) == ("PT", "Lisboa", None, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "ZZ"}, "country"),
        ({"division_code": "3205"}, "division_code"),
        ({"division_code": None}, "division_code"),
        ({"phone": "12"}, "phone"),
        ({"name": "  "}, "name"),
        ({"street": "x" * 201}, "street"),
        ({"street": "a\x00b"}, "street"),
        ({"country": "PT", "city": ""}, "city"),
    ],
)
def test_what_cannot_be_reached_is_refused(db: Database, cast: Cast, changes: dict[str, object], field: str) -> None:
    with pytest.raises(AddressUnusable) as refusal:
        db.write_sync(add_address, account_id=cast.mei, form=form(**changes))
    assert refusal.value.data == {"field": field}
    assert book(db, cast.mei) == []


def test_one_is_the_default_whatever_is_added_changed_and_removed(db: Database, cast: Cast) -> None:
    first = db.write_sync(add_address, account_id=cast.mei, form=form())
    second = db.write_sync(add_address, account_id=cast.mei, form=form(name="公司"))
    assert [one.id for one in book(db, cast.mei) if one.is_default] == [first.id]
    third = db.write_sync(add_address, account_id=cast.mei, form=form(is_default=True))
    assert [one.id for one in book(db, cast.mei) if one.is_default] == [third.id]
    db.write_sync(change_address, account_id=cast.mei, address_id=second.id, form=form(is_default=True))
    assert [one.id for one in book(db, cast.mei) if one.is_default] == [second.id]
    for _ in range(2):
        db.write_sync(remove_address, account_id=cast.mei, address_id=second.id)
    assert [(one.id, one.is_default) for one in book(db, cast.mei)] == [(third.id, True), (first.id, False)]


def test_nobody_reads_changes_or_removes_anothers(db: Database, cast: Cast) -> None:
    hers = db.write_sync(add_address, account_id=cast.mei, form=form())
    with pytest.raises(NotFound):
        db.read_sync(address_of, address_id=hers.id, account_id=cast.bo)
    with pytest.raises(NotFound):
        db.write_sync(change_address, account_id=cast.bo, address_id=hers.id, form=form(name="Bo"))
    with pytest.raises(NotFound):
        db.write_sync(remove_address, account_id=cast.bo, address_id=hers.id)
    assert book(db, cast.mei) == [hers]


def test_a_book_has_an_end(db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "MOST_ADDRESSES", 2)
    for _ in range(2):
        db.write_sync(add_address, account_id=cast.mei, form=form())
    with pytest.raises(AddressBookFull):
        db.write_sync(add_address, account_id=cast.mei, form=form())


def test_two_first_addresses_at_once_have_one_default(db: Database, cast: Cast) -> None:
    mei = cast.mei
    at_once([lambda: db.write_sync(add_address, account_id=mei, form=form(is_default=True)) for _ in range(4)])
    assert [one.is_default for one in book(db, mei)] == [True, False, False, False]
