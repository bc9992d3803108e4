"""A person's coupons in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from miaohui.commerce.promotions.queries import coupons_of, templates_by_id
from miaohui.kit.db import Tx

_MOST = 10_000
"""More than anybody is given."""


class ExportedCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon, what it was called, and what became of it."""

    name: str
    state: str
    granted_at: datetime
    expires_at: datetime
    used_at: datetime | None


def coupons_for_export(tx: Tx, account_id: int) -> Iterator[ExportedCoupon]:
    """Yield the person's coupons, newest first."""
    found = coupons_of(tx, owner_id=account_id, limit=_MOST)
    templates = templates_by_id(tx, {one.template_id for one in found})
    for one in found:
        yield ExportedCoupon(
            name=templates[one.template_id].name,
            state=one.state,
            granted_at=one.granted_at,
            expires_at=one.expires_at,
            used_at=one.used_at,
        )
