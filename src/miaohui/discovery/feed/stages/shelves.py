"""What the database says of the goods that the mall is about to show: nobody wants what is gone or just bought."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from miaohui.commerce.catalogue.owners import owners_of_products
from miaohui.commerce.catalogue.queries import ProductCard, product_cards
from miaohui.commerce.inventory.sold_out import sold_out
from miaohui.commerce.orders.bought import bought_since
from miaohui.commerce.storefront.answers import CardSale, card_sales
from miaohui.discovery.feed.stages.ask import Candidate
from miaohui.kit.db import Tx

JUST_BOUGHT = timedelta(days=14)
"""Until then hardly anybody needs the same thing again; tea runs out, and comes back by itself."""


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """Cards of what may be shown, the flash sales of it that they show, and which of it stands behind the rest."""

    cards: Mapping[int, ProductCard]
    sales: Mapping[int, CardSale]
    behind: frozenset[int]


def read_shelf(
    tx: Tx, *, product_ids: Sequence[int], account_id: int | None, hidden: frozenset[int], now: datetime
) -> Shelf:
    """Return what of these goods can be shown to somebody. hidden: people whom a block keeps out of sight."""
    cards = product_cards(tx, product_ids=product_ids)
    if hidden:
        owners = owners_of_products(tx, product_ids=cards)
        cards = {product_id: card for product_id, card in cards.items() if owners[product_id] not in hidden}
    gone = sold_out(tx, product_ids=cards)
    bought = (
        set()
        if account_id is None
        else bought_since(tx, buyer_id=account_id, product_ids=cards, since=now - JUST_BOUGHT)
    )
    return Shelf(cards=cards, sales=card_sales(tx, cards.values()), behind=frozenset(gone | bought))


def put_behind(candidates: Sequence[Candidate], shelf: Shelf) -> list[Candidate]:
    """Return the candidates that can be shown, those that nobody can or will buy after the others.

    What was drawn for exploration keeps its place, or the chance that is logged for it would be untrue.
    """
    shown = [each for each in candidates if each.listed.item_id in shelf.cards]
    ranked = [each for each in shown if each.source != "explore"]
    in_order = iter(sorted(ranked, key=lambda each: each.listed.item_id in shelf.behind))
    return [each if each.source == "explore" else next(in_order) for each in shown]
