"""Hand in a paper."""

from datetime import date

import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.names import clean_line, invalid_field
from miaohui.commerce.merchants.states import ShopNotInState
from miaohui.commerce.merchants.tables import shop_document
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id

DOCUMENT_KINDS = (
    "identity",
    "business_licence",
    "food_licence",
    "liquor_licence",
    "cosmetics_filing",
    "ccc_certificate",
    "jewellery_certificate",
    "publication_licence",
)
MOST_DOCUMENTS = 60


class TooManyDocuments(Refusal):
    """The shop has handed in as many papers as anybody reads. Data: limit."""

    code = "too_many_documents"
    status = 409
    title = "This shop has handed in as many papers as it can"


def submit_document(
    tx: Tx,
    *,
    shop_id: int,
    by_id: int,
    kind: str,
    number: str,
    file: str | None = None,
    expires_on: date | None = None,
) -> int:
    """Hand in a paper, also one that replaces an older or rejected one, and return its id.

    file: the key of its picture below `private/`. Raises NotFound, Forbidden, ShopNotInState, TooManyDocuments,
    InvalidInput.
    """
    found = access_shop(tx, shop_id=shop_id, account_id=by_id, to="shop", for_update=True)
    if found.state in {"closing", "closed"}:
        raise ShopNotInState(state=found.state)
    if kind not in DOCUMENT_KINDS:
        raise invalid_field("/kind", "not a kind of paper that is known here")
    if expires_on is not None and expires_on < tx.now.date():
        raise invalid_field("/expires_on", "this paper is no longer valid")
    here = shop_document.c.shop_id == shop_id
    if tx.scalar(sa.select(sa.func.count()).select_from(shop_document).where(here)) >= MOST_DOCUMENTS:
        raise TooManyDocuments(limit=MOST_DOCUMENTS)
    document_id = new_id()
    row = {"kind": kind, "number": clean_line(number, pointer="/number", longest=60), "file": file}
    tx.execute(
        sa.insert(shop_document).values(
            id=document_id, shop_id=shop_id, expires_on=expires_on, state="submitted", submitted_at=tx.now, **row
        )
    )
    return document_id
