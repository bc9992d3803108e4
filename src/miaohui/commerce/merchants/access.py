"""Where a shop is fetched on somebody's behalf, and the permission with it."""

from miaohui.commerce.merchants.locks import lock_shop
from miaohui.commerce.merchants.queries import Shop, ShopDocument, document_by_id, role_in_shop, shop_by_id
from miaohui.commerce.merchants.roles import POWERS, Power
from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.people.accounts.queries import roles_of
from miaohui.people.graph.queries import blocked_either_way


def access_shop(tx: Tx, *, shop_id: int, account_id: int, to: Power = "view", for_update: bool = False) -> Shop:
    """Return a shop, in whatever state, to somebody who works there and has the power.

    Raises NotFound for strangers, Forbidden for staff whose role does not reach so far.
    """
    role = role_in_shop(tx, shop_id=shop_id, account_id=account_id)
    found = None if role is None else lock_shop(tx, shop_id) if for_update else shop_by_id(tx, shop_id)
    if role is None or found is None:
        raise NotFound
    if to not in POWERS[role]:
        raise Forbidden
    return found


def access_public_shop(tx: Tx, shop_id: int) -> Shop:
    """Return a shop that anybody may visit. Raises NotFound."""
    found = shop_by_id(tx, shop_id)
    if found is None or not found.sells:
        raise NotFound
    return found


def access_visited_shop(tx: Tx, *, shop_id: int, viewer_id: int) -> Shop:
    """Return a shop that sells to somebody who comes to it. Raises NotFound, also where a block lies between them."""
    found = access_known_shop(tx, shop_id=shop_id, viewer_id=viewer_id)
    if not found.sells:
        raise NotFound
    return found


def access_known_shop(tx: Tx, *, shop_id: int, viewer_id: int) -> Shop:
    """Return a shop that has been open once, whether or not it sells now.

    Raises NotFound, also where its owner and the viewer have blocked each other.
    """
    found = shop_by_id(tx, shop_id)
    if found is None or found.opened_at is None or blocked_either_way(tx, found.owner_id, viewer_id):
        raise NotFound
    return found


def access_operator(tx: Tx, account_id: int) -> None:
    """Let an operator pass. Raises Forbidden for everybody else."""
    if "operator" not in roles_of(tx, account_id):
        raise Forbidden


def access_shop_as_operator(tx: Tx, *, shop_id: int, by_id: int) -> Shop:
    """Hold a shop's row for an operator's decision. Raises Forbidden, NotFound."""
    access_operator(tx, by_id)
    found = lock_shop(tx, shop_id)
    if found is None:
        raise NotFound
    return found


def access_document(tx: Tx, *, document_id: int, account_id: int) -> ShopDocument:
    """Return a paper to those of the shop who may tend its papers, and to operators. Raises NotFound, Forbidden."""
    found = document_by_id(tx, document_id)
    if found is None:
        raise NotFound
    if "operator" not in roles_of(tx, account_id):
        access_shop(tx, shop_id=found.shop_id, account_id=account_id, to="shop")
    return found
