"""The JSON API of the cart."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post, put

from miaohui.commerce.cart.actions.add_to_cart import MOST_LINES, MOST_OF_ONE, add_to_cart
from miaohui.commerce.cart.actions.change_cart_line import change_cart_line, select_in_cart
from miaohui.commerce.cart.actions.remove_from_cart import remove_from_cart
from miaohui.commerce.cart.answers import Cart, read_cart
from miaohui.commerce.cart.sources import Source, SourceKind
from miaohui.kit.db import Database
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id

_TAG = ["cart"]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=MOST_OF_ONE)]


class SourceForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was found: in a video, on somebody's showcase, in the mall … id: of that, where it has one."""

    kind: SourceKind = "mall"
    id: Id | None = None

    def source(self) -> Source:
        return Source(kind=self.kind, id=None if self.id is None else parse_id(self.id))


class NewCartLine(msgspec.Struct, frozen=True, kw_only=True):
    """What to put into the cart."""

    variant_id: Id
    quantity: Quantity = 1
    source: SourceForm = SourceForm()


class CartLineChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays."""

    quantity: Quantity | None = None
    selected: bool | None = None


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines are to be bought; the others stay in the cart."""

    variant_ids: Annotated[list[Id], msgspec.Meta(max_length=MOST_LINES)]


@get("/api/v1/cart", tags=_TAG)
async def see_cart(*, member: Member, db: Database) -> Cart:
    """See one's cart with today's prices and stock."""
    return await db.read(read_cart, account_id=member.account_id)


@post("/api/v1/cart/lines", tags=_TAG)
async def put_into_cart(*, data: NewCartLine, member: Member, db: Database) -> Cart:
    """Put something into the cart, on top of what lies there."""
    await db.write(
        add_to_cart,
        account_id=member.account_id,
        variant_id=parse_id(data.variant_id),
        quantity=data.quantity,
        source=data.source.source(),
    )
    return await db.read(read_cart, account_id=member.account_id)


@patch("/api/v1/cart/lines/{variant_id:str}", tags=_TAG)
async def change_line(*, variant_id: Id, data: CartLineChange, member: Member, db: Database) -> Cart:
    """Change how many, or whether it is selected."""
    await db.write(
        change_cart_line,
        account_id=member.account_id,
        variant_id=parse_id(variant_id),
        quantity=data.quantity,
        selected=data.selected,
    )
    return await db.read(read_cart, account_id=member.account_id)


@put("/api/v1/cart/selection", tags=_TAG)
async def select_lines(*, data: Selection, member: Member, db: Database) -> Cart:
    """Select exactly these lines."""
    await db.write(
        select_in_cart, account_id=member.account_id, variant_ids=[parse_id(one) for one in data.variant_ids]
    )
    return await db.read(read_cart, account_id=member.account_id)


@delete("/api/v1/cart/lines/{variant_id:str}", tags=_TAG)
async def take_out(*, variant_id: Id, member: Member, db: Database) -> None:
    """Take something out of the cart."""
    await db.write(remove_from_cart, account_id=member.account_id, variant_ids=[parse_id(variant_id)])


route_handlers: Sequence[Any] = (see_cart, put_into_cart, change_line, select_lines, take_out)
