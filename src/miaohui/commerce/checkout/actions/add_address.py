"""Write an address into the book."""

import sqlalchemy as sa

from miaohui.commerce.checkout.address_form import AddressForm, clean_address
from miaohui.commerce.checkout.locks import lock_addresses
from miaohui.commerce.checkout.queries import Address, address_of
from miaohui.commerce.checkout.tables import address
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id

MOST_ADDRESSES = 30


class AddressBookFull(Refusal):
    """The person has as many addresses as anybody may. Data: limit."""

    code = "address_book_full"
    status = 409
    title = "The address book is full"


def add_address(tx: Tx, *, account_id: int, form: AddressForm) -> Address:
    """Keep an address; the first one, and one that asks to be, becomes the default.

    Raises AddressUnusable, AddressBookFull.
    """
    cleaned = clean_address(form)
    lock_addresses(tx, account_id)
    standing = sa.and_(address.c.account_id == account_id, address.c.removed_at.is_(None))
    others = tx.scalar(sa.select(sa.func.count()).select_from(address).where(standing))
    if others >= MOST_ADDRESSES:
        raise AddressBookFull(limit=MOST_ADDRESSES)
    if cleaned.is_default and others:
        tx.execute(sa.update(address).where(standing, address.c.is_default).values(is_default=False))
    address_id = new_id()
    tx.execute(
        sa.insert(address).values(
            id=address_id,
            account_id=account_id,
            name=cleaned.name,
            phone=cleaned.phone,
            country=cleaned.country,
            division_code=cleaned.division_code,
            province=cleaned.province,
            city=cleaned.city,
            district=cleaned.district,
            street=cleaned.street,
            postcode=cleaned.postcode,
            is_default=cleaned.is_default or not others,
            created_at=tx.now,
        )
    )
    return address_of(tx, address_id=address_id, account_id=account_id)
