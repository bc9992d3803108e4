"""The models that were fitted: files among the blobs, and one row for each, of which the newest is in use.

A file is durable before its row is there, and the row is one commit: whoever reads the newest row finds a whole
model, in every process and on every machine, and a worker that is killed while it fits leaves at most a file that
nobody names, which the next fit removes. A process keeps what it has mapped until it has the next one.
"""

import logging
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from miaohui.discovery.feed.tables import interest_model
from miaohui.discovery.interest.learned.model import LearnedModel, ModelUnreadable, open_model
from miaohui.kit.blobs import BlobNotFound, Blobs
from miaohui.kit.db import Tx
from miaohui.kit.db.prepared import Prepared

log = logging.getLogger(__name__)

_FOLDER = "private/interest-models"
_KEPT = 2


class FittedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A row. up_to: last row of the log that it knows; seconds: what the fit took."""

    id: int
    version: str
    key: str
    up_to: int
    fitted_at: datetime
    seconds: float
    figures: Any


# Asked every second by every process.
_NEWEST = Prepared(
    sa.select(*(interest_model.c[name] for name in FittedModel.__struct_fields__))
    .order_by(interest_model.c.id.desc())
    .limit(1)
)


def newest_model(tx: Tx) -> FittedModel | None:
    """Return the model that is in use."""
    return tx.one(_NEWEST, FittedModel)


def key_of(model_id: int) -> str:
    """Return where the file of a model lies."""
    return f"{_FOLDER}/{model_id}.bin"


def record_model(tx: Tx, *, fitted: FittedModel) -> list[str]:
    """Put a model into use; return the keys of files that are named by no row that is kept."""
    tx.execute(sa.insert(interest_model).values(**msgspec.structs.asdict(fitted)))
    kept = tx.scalars(sa.select(interest_model.c.id).order_by(interest_model.c.id.desc()).limit(_KEPT))
    old = sa.and_(interest_model.c.id < min(kept))
    keys = list(tx.scalars(sa.select(interest_model.c.key).where(old)))
    tx.execute(sa.delete(interest_model).where(old))
    return keys


def keys_in_use(tx: Tx) -> frozenset[str]:
    """Return the keys that rows name."""
    return frozenset(tx.scalars(sa.select(interest_model.c.key)))


def remove_unnamed(blobs: Blobs, *, named: frozenset[str]) -> None:
    """Remove files that no row names: what killed fits have left."""
    for key in blobs.keys(_FOLDER):
        if key not in named:
            blobs.delete(key)


def open_fitted(blobs: Blobs, fitted: FittedModel) -> LearnedModel | None:
    """Map a model's file; None, with a line in the log, where it cannot be read. Blocks."""
    try:
        # The mapping outlives the path that is lent.
        with blobs.path_for_reading(fitted.key) as path:
            return open_model(path)
    except (BlobNotFound, ModelUnreadable, OSError) as fault:
        log.warning("the model %s is passed over: %s", fitted.version, fault)
        return None
