"""The sponsors' cards that a person was shown, in the copy of their data."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.tables import shop
from miaohui.commerce.sponsorships.tables import sponsorship, sponsorship_grant, sponsorship_showing
from miaohui.kit.db import Tx


class ExportedSponsorCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card: whose, when, and what came of it."""

    shop: str
    campaign: str
    shown_at: datetime
    followed_at: datetime | None
    granted_coupon: bool


def sponsor_cards_for_export(tx: Tx, account_id: int) -> Iterator[ExportedSponsorCard]:
    """Yield the cards that the person was shown, oldest first."""
    cards = sponsorship_showing.c
    statement = (
        sa.select(
            shop.c.name.label("shop"),
            sponsorship.c.name.label("campaign"),
            cards.shown_at,
            cards.followed_at,
            sponsorship_grant.c.id.is_not(None).label("granted_coupon"),
        )
        .join_from(sponsorship_showing, sponsorship, sponsorship.c.id == cards.sponsorship_id)
        .join(shop, shop.c.id == sponsorship.c.shop_id)
        .outerjoin(sponsorship_grant, sponsorship_grant.c.showing_id == cards.id)
        .where(cards.person_id == account_id)
        .order_by(cards.id)
    )
    for row in tx.execute(statement).mappings():
        yield ExportedSponsorCard(**{**row, "granted_coupon": bool(row["granted_coupon"])})
