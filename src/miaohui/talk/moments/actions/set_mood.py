"""Tell friends how one feels, for a while."""

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.talk.moments.moods import LASTING, Lasting, Mood
from miaohui.talk.moments.queries import PersonMood
from miaohui.talk.moments.tables import person_mood
from miaohui.talk.moments.words import LONGEST_MOOD, clean_words


def set_mood(tx: Tx, *, person_id: int, mood: Mood, words: str = "", lasts: Lasting = "day") -> PersonMood:
    """Let friends see a mood and a few words until it is over; a later one replaces it. Raises InvalidMoment."""
    text = clean_words(words, longest=LONGEST_MOOD, needed=False, lines=False)
    expires_at = tx.now + LASTING[lasts]
    felt = {"mood": mood, "words": text, "set_at": tx.now, "expires_at": expires_at}
    insert_or_update(tx, person_mood, {"person_id": person_id, **felt}, key=("person_id",), changes=felt)
    return PersonMood(person_id=person_id, mood=mood, words=text, set_at=tx.now, expires_at=expires_at)


def clear_mood(tx: Tx, *, person_id: int) -> None:
    """Take one's mood down, if there is one."""
    tx.execute(sa.delete(person_mood).where(person_mood.c.person_id == person_id))


def forget_past_moods(tx: Tx) -> int:
    """Delete moods whose time is over."""
    return tx.changed(sa.delete(person_mood).where(person_mood.c.expires_at <= tx.now))
