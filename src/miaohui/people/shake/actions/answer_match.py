"""Say hello to somebody one met, or not now."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.people.graph.locks import lock_people
from miaohui.people.shake.access import access_match
from miaohui.people.shake.events import HelloMutual
from miaohui.people.shake.queries import Answer, Match
from miaohui.people.shake.tables import shake_match


class HelloTooLate(Refusal):
    """The time for a hello is over."""

    code = "hello_too_late"
    status = 409
    title = "The moment has passed. Shake again"


def answer_match(tx: Tx, *, match_id: int, person_id: int, answer: Answer) -> Match:
    """Note what one of the two says; the other hears of it only once both said hello.

    A hello can be said until `hello_until`, also after a no; once both did, nothing changes any more.
    Raises NotFound, HelloTooLate.
    """
    found = access_match(tx, match_id, person_id=person_id)
    # A block that comes now waits until this is over, or was there before and is seen.
    lock_people(tx, (found.one_id, found.other_id))
    found = access_match(tx, match_id, person_id=person_id)
    column = "one_answer" if person_id == found.one_id else "other_answer"
    open_still = sa.and_(
        shake_match.c.id == match_id, shake_match.c.mutual_at.is_(None), shake_match.c.hello_until > tx.now
    )
    noted = tx.changed(sa.update(shake_match).where(open_still).values({column: answer}))
    if noted == 0 and answer == "hello" and found.mutual_at is None:
        raise HelloTooLate
    both = sa.and_(open_still, shake_match.c.one_answer == "hello", shake_match.c.other_answer == "hello")
    if noted and tx.changed(sa.update(shake_match).where(both).values(mutual_at=tx.now)):
        tx.emit(HelloMutual(match_id=match_id, one_id=found.one_id, other_id=found.other_id, at=tx.now))
    return access_match(tx, match_id, person_id=person_id)
