"""Go out of a group, or be shown out."""

from collections.abc import Sequence

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.kit.ids import format_id
from miaohui.talk.messaging.access import access_group
from miaohui.talk.messaging.actions.create_group import lock_group
from miaohui.talk.messaging.actions.say_in_group import say_in_group
from miaohui.talk.messaging.events import MemberLeft
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import Membership, members_of
from miaohui.talk.messaging.tables import conversation, conversation_member


def leave_group(tx: Tx, *, conversation_id: int, person_id: int) -> None:
    """Leave a group; its oldest admin, or else its oldest member, leads it in the owner's place. Raises NotFound."""
    access_group(tx, conversation_id=conversation_id, person_id=person_id)
    say_in_group(tx, conversation_id=conversation_id, by_id=person_id, what="left")
    take_out(tx, conversation_id=conversation_id, person_id=person_id)


def remove_member(tx: Tx, *, conversation_id: int, person_id: int, by_id: int) -> None:
    """Show somebody out of a group: an admin a member, the owner anybody. Raises Forbidden, NotFound."""
    _, mine = access_group(tx, conversation_id=conversation_id, person_id=by_id, to_lead=True)
    lock_group(tx, conversation_id)
    theirs = next((one for one in members_of(tx, conversation_id) if one.account_id == person_id), None)
    if theirs is None:
        raise NotFound
    if person_id == by_id or (mine.role == "admin" and theirs.role != "member"):
        raise Forbidden
    say_in_group(tx, conversation_id=conversation_id, by_id=by_id, what="removed", about_ids=[person_id])
    take_out(tx, conversation_id=conversation_id, person_id=person_id)


def take_out(tx: Tx, *, conversation_id: int, person_id: int) -> None:
    """Take somebody out of a group without a word; who stays sees one person less."""
    lock_group(tx, conversation_id)
    here = sa.and_(
        conversation_member.c.conversation_id == conversation_id,
        conversation_member.c.account_id == person_id,
        conversation_member.c.left_at.is_(None),
    )
    if not tx.changed(sa.update(conversation_member).where(here).values(left_at=tx.now, role="member")):
        return
    left = members_of(tx, conversation_id)
    tx.execute(sa.update(conversation).where(conversation.c.id == conversation_id).values(members=len(left)))
    _hand_over(tx, left)
    data = {"conversation_id": format_id(conversation_id)}
    append_person_events(tx, person_ids=[person_id], event="conversation_gone", data=data)
    append_person_events(
        tx,
        person_ids=[one.account_id for one in left],
        event="conversation",
        conversation_id=conversation_id,
    )
    tx.emit(MemberLeft(conversation_id=conversation_id, person_id=person_id))


def _hand_over(tx: Tx, left: Sequence[Membership]) -> None:
    """Give the group a new owner if it has none; `left` begins with the admins."""
    if not left or left[0].role == "owner":
        return
    heir = left[0]
    theirs = sa.and_(
        conversation_member.c.conversation_id == heir.conversation_id,
        conversation_member.c.account_id == heir.account_id,
    )
    tx.execute(sa.update(conversation_member).where(theirs).values(role="owner"))
