"""Keep a name of one's own for somebody."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.errors import Refusal
from miaohui.people.accounts.profile_texts import clean_nickname
from miaohui.people.graph.access import access_account, access_profile
from miaohui.people.graph.queries import Relationship, relationship
from miaohui.people.graph.tables import remark


class CannotRemarkOneself(Refusal):
    """Both are the same person."""

    code = "cannot_remark_oneself"
    status = 409
    title = "Your own name is changed in your profile"


def remark_person(tx: Tx, *, owner_id: int, person_id: int, name: str) -> Relationship:
    """Keep `name` for a person, seen by nobody but its owner; a later one replaces it.

    Raises InvalidNickname, CannotRemarkOneself, and NotFound if there is no such person or they blocked the owner.
    """
    if owner_id == person_id:
        raise CannotRemarkOneself
    access_profile(tx, person_id=person_id, viewer_id=owner_id)
    kept = {"name": clean_nickname(name)}
    row = {"owner_id": owner_id, "person_id": person_id, **kept}
    insert_or_update(tx, remark, row, key=("owner_id", "person_id"), changes=kept)
    return relationship(tx, viewer_id=owner_id, person_id=person_id)


def clear_remark(tx: Tx, *, owner_id: int, person_id: int) -> Relationship:
    """Forget the name kept for a person, if any. Raises NotFound if there is no such person."""
    access_account(tx, person_id)
    tx.execute(sa.delete(remark).where(remark.c.owner_id == owner_id, remark.c.person_id == person_id))
    return relationship(tx, viewer_id=owner_id, person_id=person_id)
