"""Change what a shop says of itself."""

from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.actions.apply_shop import ShopNameTaken
from miaohui.commerce.merchants.names import clean_line, clean_text
from miaohui.commerce.merchants.states import ShopNotInState
from miaohui.commerce.merchants.tables import shop
from miaohui.kit.db import Tx

_Line = Annotated[str, msgspec.Meta(max_length=120)]


class ReturnAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where returns go."""

    name: _Line
    phone: Annotated[str, msgspec.Meta(min_length=5, max_length=30)]
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "CN"
    division_code: Annotated[str, msgspec.Meta(max_length=12)] = ""
    province: _Line = ""
    city: _Line = ""
    district: _Line = ""
    street: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    postcode: Annotated[str, msgspec.Meta(max_length=12)] = ""


class ShopChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out, or null, stays."""

    name: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    intro: Annotated[str, msgspec.Meta(max_length=600)] | None = None
    insures_returns: bool | None = None
    return_address: ReturnAddress | None = None


def change_shop(tx: Tx, *, shop_id: int, by_id: int, changes: ShopChanges, avatar: str | None = None) -> None:
    """Change a shop's name, words, picture, insurance or address for returns.

    Raises NotFound, Forbidden, ShopNotInState, ShopNameTaken, InvalidInput.
    """
    found = access_shop(tx, shop_id=shop_id, account_id=by_id, to="shop", for_update=True)
    if found.state in {"closing", "closed"}:
        raise ShopNotInState(state=found.state)
    values: dict[str, Any] = {} if avatar is None else {"avatar": avatar}
    if changes.name is not None:
        values["name"] = clean_line(changes.name, pointer="/name", longest=40, shortest=2)
        others = sa.and_(shop.c.name == values["name"], shop.c.id != shop_id)
        if tx.scalar(sa.select(shop.c.id).where(others)) is not None:
            raise ShopNameTaken
    if changes.intro is not None:
        values["intro"] = clean_text(changes.intro, pointer="/intro", longest=300)
    if changes.insures_returns is not None:
        values["insures_returns"] = changes.insures_returns
    if changes.return_address is not None:
        values["return_address"] = msgspec.to_builtins(changes.return_address)
    if values:
        tx.execute(sa.update(shop).where(shop.c.id == shop_id).values(**values))
