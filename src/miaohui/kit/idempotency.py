"""A request that is sent twice has one effect, and both get the same answer.

The client sends `Idempotency-Key: <anything unique>` and repeats it when it does not know whether the
first try arrived (draft-ietf-httpapi-idempotency-key-header). The key is a row of the same transaction
as the effect: either both are there, or neither.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Prepared, Timestamp, Tx, insert_if_absent, metadata
from miaohui.kit.errors import InvalidInput, Refusal

T = TypeVar("T")

_KEY = re.compile(r"[\x21-\x7e]{1,200}")

idempotency_key = sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("actor_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request_hash", sa.LargeBinary(32), nullable=False),
    sa.Column("response", sa.LargeBinary),
    sa.Column("created_at", Timestamp, nullable=False),
)
sa.Index("ix_idempotency_key_created_at", idempotency_key.c.created_at)


class IdempotencyKeyReused(Refusal):
    """The key has been used before, with another request."""

    code = "idempotency_key_reused"
    status = 409
    title = "This key belongs to another request"


def remember(
    tx: Tx,
    *,
    actor_id: int,
    key: str | None,
    request_hash: bytes,
    compute: Callable[[], T],
    kind: type[T],
) -> T:
    """Return what `compute()` returns the first time, and the same again for the same key.

    actor_id: whose key it is; two people may use the same one. key: None computes without remembering.
    request_hash: `hash_of_request`. kind: the type of the answer, which msgspec encodes and decodes.
    Works inside the transaction of `compute`'s own writes: of two at the same time one computes, the
    other waits for its commit and gets its answer. What `compute` raises is not remembered, since
    nothing was kept; the next try computes again. Raises IdempotencyKeyReused.
    """
    if key is None:
        return compute()
    row = {"actor_id": actor_id, "key": key, "request_hash": request_hash, "created_at": tx.now}
    # On PostgreSQL this waits for a competitor who has inserted the same key and has not committed yet.
    if not insert_if_absent(tx, idempotency_key, row):
        return _first_answer(tx, actor_id=actor_id, key=key, request_hash=request_hash, kind=kind)
    answer = compute()
    tx.changed(_KEEP, actor=actor_id, known_as=key, response=msgspec.msgpack.encode(answer))
    return answer


def hash_of_request(method: str, path: str, body: bytes) -> bytes:
    """Return what tells this request from another one under the same key."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).digest()


def key_of_request(headers: Mapping[str, str]) -> str | None:
    """Return the key that the client sent, None if it sent none. Raises InvalidInput for an unusable one."""
    key = headers.get("idempotency-key")
    if key is not None and _KEY.fullmatch(key) is None:
        raise InvalidInput("An Idempotency-Key has 1 to 200 visible ASCII characters.")
    return key


def prune_idempotency_keys(tx: Tx, *, before: datetime) -> int:
    """Forget keys that were first used before that moment; return how many. A day is what clients expect."""
    return tx.changed(sa.delete(idempotency_key).where(idempotency_key.c.created_at < before))


def _first_answer(tx: Tx, *, actor_id: int, key: str, request_hash: bytes, kind: type[T]) -> T:
    (first,) = tx.rows(_KEPT, actor=actor_id, known_as=key)
    if first.request_hash != request_hash:
        raise IdempotencyKeyReused
    return msgspec.msgpack.decode(first.response, type=kind)


_THIS = sa.and_(idempotency_key.c.actor_id == sa.bindparam("actor"), idempotency_key.c.key == sa.bindparam("known_as"))
_KEEP = Prepared(sa.update(idempotency_key).where(_THIS).values(response=sa.bindparam("response")))
_KEPT = Prepared(sa.select(idempotency_key.c.request_hash, idempotency_key.c.response).where(_THIS))
