"""What this server's own log says of its feed: the model in use, what each version earned, and what others would have."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa

from miaohui.discovery.feed.models import newest_model
from miaohui.discovery.feed.tables import impression, signal
from miaohui.discovery.interest.learning.estimate import Draws, Estimate, estimate_policies
from miaohui.kit.db import Tx

MOST_SERVED = 200_000
ANSWERED_WITHIN = timedelta(days=1)
WELCOME_SHARE = 0.5
"""Of a clip's length; who stays half of it has seen what it is and gone on."""
_WELCOME = frozenset(
    {"finish", "replay", "like", "favourite", "share", "comment", "follow_author", "open_product", "buy"}
)
_MET = frozenset({"impression", "dwell", "swipe_away", "not_interested", "fewer_like_this"}) | _WELCOME


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """met: served items that the person met; welcome: share of those that were welcome."""

    version: str
    source: str
    met: int
    welcome: float


class OwnReport(msgspec.Struct, frozen=True, kw_only=True):
    """model: figures of the one in use; estimates: for the slots that were filled by lot."""

    model_version: str
    model: Any
    earned: Sequence[Earned]
    draws: int
    estimates: Sequence[Estimate]


def own_report(tx: Tx) -> OwnReport:
    """Return the report over the newest impressions. A served item counts once somebody has met it; it was welcome if
    they stayed half of it, or did something that says so, within a day."""
    newest = sa.select(impression).order_by(impression.c.served_at.desc()).limit(MOST_SERVED).subquery(name="newest")
    answered = sa.and_(
        signal.c.person_id == newest.c.person_id,
        signal.c.item_id == newest.c.item_id,
        signal.c.at >= newest.c.served_at,
        signal.c.kind.in_(sorted(_MET)),
    )
    rows = tx.execute(
        sa.select(
            newest.c.page_id,
            newest.c.item_id,
            newest.c.source,
            newest.c.score,
            newest.c.probability,
            newest.c.model_version,
            newest.c.served_at,
            signal.c.at,
            signal.c.kind,
            signal.c.dwell_ms,
            signal.c.duration_ms,
        ).select_from(newest.join(signal, answered))
    )
    served: dict[tuple[int, int], tuple[str, float, float, str]] = {}
    welcome: dict[tuple[int, int], bool] = {}
    for row in rows:
        if row.at - row.served_at > ANSWERED_WITHIN:
            continue
        key = (row.page_id, row.item_id)
        served[key] = (row.source, row.score, row.probability, row.model_version)
        welcome[key] = welcome.get(key, False) or _is_welcome(row.kind, row.dwell_ms, row.duration_ms)
    groups: dict[tuple[str, str], list[bool]] = {}
    for key, (source, _, _, version) in served.items():
        groups.setdefault((version, "by lot" if source == "explore" else "ranked"), []).append(welcome[key])
    lots = [key for key, (source, *_) in served.items() if source == "explore"]
    draws = Draws(
        page=np.array([page_id for page_id, _ in lots], dtype=np.int64),
        reward=np.array([welcome[key] for key in lots], dtype=np.float64),
        chance=np.array([served[key][2] for key in lots], dtype=np.float64),
        score=np.array([served[key][1] for key in lots], dtype=np.float64),
    )
    fitted = newest_model(tx)
    return OwnReport(
        model_version="" if fitted is None else fitted.version,
        model=None if fitted is None else fitted.figures,
        earned=[
            Earned(version=version, source=source, met=len(each), welcome=sum(each) / len(each))
            for (version, source), each in sorted(groups.items())
        ],
        draws=len(draws),
        estimates=estimate_policies(draws),
    )


def _is_welcome(kind: str, dwell_ms: int | None, duration_ms: int | None) -> bool:
    if kind == "dwell":
        return bool(dwell_ms and duration_ms) and (dwell_ms or 0) >= WELCOME_SHARE * (duration_ms or 0)
    return kind in _WELCOME
