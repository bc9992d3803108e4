"""Take somebody into a shop's staff, give them another role, or let them go."""

import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.queries import role_in_shop
from miaohui.commerce.merchants.roles import StaffRole
from miaohui.commerce.merchants.tables import shop_staff
from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import NotFound, Refusal
from miaohui.people.accounts.queries import person_cards

MOST_STAFF = 200


class OwnerStays(Refusal):
    """A shop has one owner, who is neither made nor unmade as staff."""

    code = "owner_stays"
    status = 409
    title = "The owner of a shop stays its owner"


class TooManyStaff(Refusal):
    """The shop has as many people as it can. Data: limit."""

    code = "too_many_staff"
    status = 409
    title = "This shop has as many people as it can have"


def set_staff(tx: Tx, *, shop_id: int, by_id: int, account_id: int, role: StaffRole) -> None:
    """Take a person in, or give one of the staff another role. Raises NotFound, Forbidden, OwnerStays, TooManyStaff."""
    access_shop(tx, shop_id=shop_id, account_id=by_id, to="staff", for_update=True)
    now = role_in_shop(tx, shop_id=shop_id, account_id=account_id)
    if "owner" in (role, now):
        raise OwnerStays
    if account_id not in person_cards(tx, [account_id]):
        raise NotFound
    if now is None and tx.scalar(_how_many(shop_id)) >= MOST_STAFF:
        raise TooManyStaff(limit=MOST_STAFF)
    row = {"shop_id": shop_id, "account_id": account_id, "role": role, "added_by": by_id, "added_at": tx.now}
    insert_or_update(tx, shop_staff, row, key=["shop_id", "account_id"], changes={"role": role})


def remove_staff(tx: Tx, *, shop_id: int, by_id: int, account_id: int) -> None:
    """Let somebody go; anybody but the owner may also leave. Raises NotFound, Forbidden, OwnerStays."""
    leaving = by_id == account_id
    access_shop(tx, shop_id=shop_id, account_id=by_id, to="view" if leaving else "staff", for_update=True)
    now = role_in_shop(tx, shop_id=shop_id, account_id=account_id)
    if now is None:
        raise NotFound
    if now == "owner":
        raise OwnerStays
    here = sa.and_(shop_staff.c.shop_id == shop_id, shop_staff.c.account_id == account_id)
    tx.execute(sa.delete(shop_staff).where(here))


def _how_many(shop_id: int) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).select_from(shop_staff).where(shop_staff.c.shop_id == shop_id)
