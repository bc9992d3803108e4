"""Finding what was written: words in Chinese and English, in one's own conversations.

An inverted index by conversation instead of one over everybody's words: a person reads at most some hundred
conversations, so a look-up costs one range of the primary key for each, however much others write; and a
common word does not lead through the messages of strangers.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Tx
from miaohui.people.graph.queries import hidden_accounts
from miaohui.talk.messaging.queries import MESSAGE, Message
from miaohui.talk.messaging.tables import conversation, conversation_member, message, message_term

_LONGEST_TERM = 32
_MOST_TERMS = 600
_RUN = re.compile(r"(?P<chinese>[\u3400-\u9fff]+)|[^\W_\u3400-\u9fff]+")


def terms_of(text: str) -> set[str]:
    """Return the terms by which a text is found: its folded words, and of Chinese every character and every pair.

    Where a Chinese word begins depends on what stands around it, and somebody who looks for 糖画 wants 我带糖画 too.
    """
    found = set()
    for run in _runs(text):
        if run["chinese"]:
            found |= {*run[0], *_pairs(run[0])}
        else:
            found.add(run[0][:_LONGEST_TERM])
    return found


def _asked_terms(text: str) -> set[str]:
    """Return the terms that a message must hold: pairs where there are any, for they say most."""
    found = set()
    for run in _runs(text):
        found |= (_pairs(run[0]) or {run[0]}) if run["chinese"] else {run[0][:_LONGEST_TERM]}
    return found


def _runs(text: str) -> Iterator[re.Match[str]]:
    return _RUN.finditer(unicodedata.normalize("NFKC", text).casefold())


def _pairs(run: str) -> set[str]:
    return {one + other for one, other in itertools.pairwise(run)}


def _terms_into_index(dialect: str) -> sa.Insert:
    """Return the INSERT of all terms of a message at once: one by one they take longer than the message."""
    terms = sa.bindparam("terms", type_=sa.Text)
    if dialect == "postgresql":
        listed = sa.func.json_array_elements_text(sa.cast(terms, sa.JSON)).table_valued("value")
    else:
        listed = sa.func.json_each(terms).table_valued("value")
    place = sa.bindparam("place", type_=sa.BigInteger), sa.bindparam("number", type_=sa.Integer)
    return sa.insert(message_term).from_select(["conversation_id", "seq", "term"], sa.select(*place, listed.c.value))


_INDEX = Prepared(_terms_into_index)


def index_message(tx: Tx, sent: Message) -> None:
    """Make a text message findable."""
    text = (sent.body or {}).get("text")
    if not isinstance(text, str):
        return
    if terms := sorted(terms_of(text))[:_MOST_TERMS]:
        listed = msgspec.json.encode(terms).decode()
        tx.changed(_INDEX, place=sent.conversation_id, number=sent.seq, terms=listed)


def forget_message(tx: Tx, sent: Message) -> None:
    """Take a message out of the index."""
    here = sa.and_(message_term.c.conversation_id == sent.conversation_id, message_term.c.seq == sent.seq)
    terms = terms_of((sent.body or {}).get("text") or "")
    tx.execute(sa.delete(message_term).where(here, message_term.c.term.in_(terms)))


def find_messages(tx: Tx, *, words: str, viewer_id: int, before_id: int | None = None, limit: int) -> list[Message]:
    """Return messages that hold all these words and that somebody may read, the newest first."""
    terms = sorted(_asked_terms(words))
    if not terms:
        return []
    other = sa.case((conversation.c.low_id == viewer_id, conversation.c.high_id), else_=conversation.c.low_id)
    statement = (
        sa.select(*MESSAGE)
        .join_from(conversation_member, conversation)
        .join(message, message.c.conversation_id == conversation.c.id)
        .where(
            conversation_member.c.account_id == viewer_id,
            conversation_member.c.left_at.is_(None),
            message.c.seq > conversation_member.c.joined_seq,
            message.c.recalled_at.is_(None),
            sa.or_(other.is_(None), other.not_in(hidden_accounts(viewer_id))),
            message.c.sender_id.not_in(hidden_accounts(viewer_id)),
        )
    )
    for term in terms:
        holds = message_term.alias()
        statement = statement.join(
            holds,
            sa.and_(
                holds.c.conversation_id == message.c.conversation_id, holds.c.term == term, holds.c.seq == message.c.seq
            ),
        )
    if before_id is not None:
        statement = statement.where(message.c.id < before_id)
    return tx.all(statement.order_by(message.c.id.desc()).limit(limit), Message)
