"""Calls, who sits in one just now, and the signals of those that are going on."""

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata

call = sa.Table(
    "call",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(5), nullable=False),
    sa.Column("state", sa.String(7), nullable=False),
    sa.Column("outcome", sa.String(9)),
    sa.Column("caller_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("callee_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("caller_device_id", sa.BigInteger, nullable=False),
    # The device that answered first.
    sa.Column("callee_device_id", sa.BigInteger),
    sa.Column("rang_at", Timestamp, nullable=False),
    sa.Column("ring_until", Timestamp, nullable=False),
    sa.Column("answered_at", Timestamp),
    sa.Column("ended_at", Timestamp),
    # Nobody's id where the clock, a block or a signed-out device ended it.
    sa.Column("ended_by", sa.BigInteger),
    sa.Column("caller_seen_at", Timestamp, nullable=False),
    sa.Column("callee_seen_at", Timestamp),
    sa.Column("signals", sa.Integer, nullable=False, default=0),
    sa.CheckConstraint("kind IN ('audio', 'video')", name="kind"),
    sa.CheckConstraint("state IN ('ringing', 'active', 'ended')", name="state"),
    sa.CheckConstraint(
        "outcome IN ('completed', 'failed', 'missed', 'declined', 'cancelled', 'busy')", name="outcome_known"
    ),
    sa.CheckConstraint(
        "(state = 'ended') = (outcome IS NOT NULL) AND (state = 'ended') = (ended_at IS NOT NULL)", name="ended_somehow"
    ),
    sa.CheckConstraint("state <> 'active' OR answered_at IS NOT NULL", name="active_was_answered"),
    sa.CheckConstraint("(answered_at IS NULL) = (callee_device_id IS NULL)", name="answered_somewhere"),
    sa.CheckConstraint(
        "outcome IS NULL OR (outcome IN ('completed', 'failed')) = (answered_at IS NOT NULL)", name="outcome_fits"
    ),
    sa.CheckConstraint("caller_id <> callee_id", name="not_oneself"),
)
sa.Index("ix_call_caller", call.c.caller_id)
sa.Index("ix_call_callee", call.c.callee_id)

call_seat = sa.Table(
    "call_seat",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("call_id", sa.BigInteger, sa.ForeignKey("call.id"), nullable=False, index=True),
)
"""A person sits in one call at most; who rings somebody that has a seat finds them busy."""

call_signal = sa.Table(
    "call_signal",
    metadata,
    sa.Column("call_id", sa.BigInteger, sa.ForeignKey("call.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sender_id", sa.BigInteger, nullable=False),
    sa.Column("body", Json, nullable=False),
    sa.Column("sent_at", Timestamp, nullable=False),
)
"""Offers, answers and candidates; they hold addresses of people's networks and go when the call ends."""
