"""Accept a shop's paper, or reject it."""

import sqlalchemy as sa

from miaohui.commerce.merchants.access import access_shop_as_operator
from miaohui.commerce.merchants.names import clean_text
from miaohui.commerce.merchants.queries import document_by_id
from miaohui.commerce.merchants.tables import shop_document
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal


class DocumentAlreadyReviewed(Refusal):
    """Somebody has decided about this paper before."""

    code = "document_already_reviewed"
    status = 409
    title = "This paper has been looked at already"


def review_document(tx: Tx, *, document_id: int, by_id: int, accept: bool, note: str = "") -> None:
    """Decide about a paper as an operator. Raises Forbidden, NotFound, DocumentAlreadyReviewed."""
    found = document_by_id(tx, document_id)
    access_shop_as_operator(tx, shop_id=found.shop_id if found else 0, by_id=by_id)
    if found is None:
        raise NotFound
    waiting = sa.and_(shop_document.c.id == document_id, shop_document.c.state == "submitted")
    decided = sa.update(shop_document).where(waiting)
    if not tx.changed(
        decided.values(
            state="accepted" if accept else "rejected",
            note=clean_text(note, pointer="/note", longest=300) or None,
            reviewed_by=by_id,
            reviewed_at=tx.now,
        )
    ):
        raise DocumentAlreadyReviewed
