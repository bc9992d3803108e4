"""Name a group, give it a picture, and say who leads it."""

from typing import Literal

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Forbidden, NotFound
from miaohui.kit.jobs import stage_job
from miaohui.talk.messaging.access import access_group
from miaohui.talk.messaging.actions.create_group import clean_title, lock_group
from miaohui.talk.messaging.actions.say_in_group import say_in_group
from miaohui.talk.messaging.person_log import append_person_events
from miaohui.talk.messaging.queries import present_members
from miaohui.talk.messaging.tables import conversation, conversation_member


def rename_group(tx: Tx, *, conversation_id: int, by_id: int, title: str) -> None:
    """Give a group another name; its owner and admins may. Raises InvalidGroup, Forbidden, NotFound."""
    place, _ = access_group(tx, conversation_id=conversation_id, person_id=by_id, to_lead=True)
    kept = clean_title(title)
    if kept == place.title:
        return
    tx.execute(sa.update(conversation).where(conversation.c.id == conversation_id).values(title=kept))
    _tell_all(tx, conversation_id)
    say_in_group(tx, conversation_id=conversation_id, by_id=by_id, what="renamed")


def set_group_picture(tx: Tx, *, conversation_id: int, by_id: int, picture: str | None) -> None:
    """Give a group another picture, or none; its owner and admins may. Raises Forbidden, NotFound.

    picture: the key of what `store_group_picture` stored. The one before is removed from the disk.
    """
    access_group(tx, conversation_id=conversation_id, person_id=by_id, to_lead=True)
    lock_group(tx, conversation_id)
    place, _ = access_group(tx, conversation_id=conversation_id, person_id=by_id, to_lead=True)
    if picture == place.picture:
        return
    tx.execute(sa.update(conversation).where(conversation.c.id == conversation_id).values(picture=picture))
    if place.picture is not None:
        stage_job(tx, "messaging.remove_file", key=place.picture)
    _tell_all(tx, conversation_id)
    say_in_group(tx, conversation_id=conversation_id, by_id=by_id, what="pictured")


def set_role(
    tx: Tx, *, conversation_id: int, person_id: int, by_id: int, role: Literal["owner", "admin", "member"]
) -> None:
    """Let somebody lead a group, or lead it no more; its owner decides, and may hand it over.

    Raises Forbidden, NotFound.
    """
    _, mine = access_group(tx, conversation_id=conversation_id, person_id=by_id)
    lock_group(tx, conversation_id)
    if mine.role != "owner" or person_id == by_id:
        raise Forbidden
    if not _give(tx, conversation_id, person_id, role):
        raise NotFound
    if role == "owner":
        _give(tx, conversation_id, by_id, "admin")
    _tell_all(tx, conversation_id)
    if role != "member":
        say_in_group(tx, conversation_id=conversation_id, by_id=by_id, what="leads", about_ids=[person_id])


def _give(tx: Tx, conversation_id: int, person_id: int, role: str) -> bool:
    here = sa.and_(
        conversation_member.c.conversation_id == conversation_id,
        conversation_member.c.account_id == person_id,
        conversation_member.c.left_at.is_(None),
    )
    return tx.changed(sa.update(conversation_member).where(here).values(role=role)) == 1


def _tell_all(tx: Tx, conversation_id: int) -> None:
    everybody = present_members(tx, conversation_id)
    append_person_events(tx, person_ids=everybody, event="conversation", conversation_id=conversation_id)
