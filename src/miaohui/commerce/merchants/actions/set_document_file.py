"""Put the picture of a paper beside its number."""

import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop
from miaohui.commerce.merchants.actions.review_document import DocumentAlreadyReviewed
from miaohui.commerce.merchants.queries import document_by_id
from miaohui.commerce.merchants.tables import shop_document
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound


def set_document_file(tx: Tx, *, shop_id: int, document_id: int, by_id: int, file: str) -> None:
    """Set the picture of a paper that nobody has looked at yet. Raises NotFound, Forbidden, DocumentAlreadyReviewed."""
    access_shop(tx, shop_id=shop_id, account_id=by_id, to="shop")
    found = document_by_id(tx, document_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound
    waiting = sa.and_(shop_document.c.id == document_id, shop_document.c.state == "submitted")
    if not tx.changed(sa.update(shop_document).where(waiting).values(file=file)):
        raise DocumentAlreadyReviewed
