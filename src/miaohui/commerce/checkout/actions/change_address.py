"""Write an address anew."""

import sqlalchemy as sa

from miaohui.commerce.checkout.address_form import AddressForm, clean_address
from miaohui.commerce.checkout.locks import lock_addresses
from miaohui.commerce.checkout.queries import Address, address_of
from miaohui.commerce.checkout.tables import address
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def change_address(tx: Tx, *, account_id: int, address_id: int, form: AddressForm) -> Address:
    """Replace what an address says; orders keep what it said when they were placed.

    The default stays the default until another becomes it. Raises AddressUnusable, NotFound.
    """
    cleaned = clean_address(form)
    lock_addresses(tx, account_id)
    standing = sa.and_(address.c.account_id == account_id, address.c.removed_at.is_(None))
    if cleaned.is_default:
        tx.execute(sa.update(address).where(standing, address.c.is_default).values(is_default=False))
    changed = tx.changed(
        sa.update(address)
        .where(standing, address.c.id == address_id)
        .values(
            name=cleaned.name,
            phone=cleaned.phone,
            country=cleaned.country,
            division_code=cleaned.division_code,
            province=cleaned.province,
            city=cleaned.city,
            district=cleaned.district,
            street=cleaned.street,
            postcode=cleaned.postcode,
            is_default=sa.true() if cleaned.is_default else address.c.is_default,
        )
    )
    if not changed:
        raise NotFound
    return address_of(tx, address_id=address_id, account_id=account_id)
