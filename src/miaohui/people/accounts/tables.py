"""Accounts, the ways into them, and the devices that are in."""

from typing import Any

import sqlalchemy as sa

from miaohui.kit.db import Json, Timestamp, metadata


def _account_id(**options: Any) -> sa.Column[int]:
    return sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.id"), nullable=False, **options)


account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("handle", sa.String(24), unique=True),
    sa.Column("nickname", sa.String(24), nullable=False),
    sa.Column("bio", sa.String(160), nullable=False),
    sa.Column("avatar", sa.String(80)),
    sa.Column("birth_date", sa.Date),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("terms_accepted_at", Timestamp),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("erase_at", Timestamp),
    sa.CheckConstraint("state IN ('active', 'leaving', 'deleted')", name="state"),
    sa.CheckConstraint("(state = 'leaving') = (erase_at IS NOT NULL)", name="leaving_has_a_date"),
    sa.CheckConstraint(
        "(state = 'deleted' AND handle IS NULL AND nickname = '' AND bio = '' AND avatar IS NULL AND birth_date IS NULL)"
        " OR (state <> 'deleted' AND handle IS NOT NULL AND nickname <> '' AND birth_date IS NOT NULL)",
        name="deleted_is_empty",
    ),
)
"""avatar: the key of the pictures in kit.blobs without size and suffix."""

account_move = sa.Table(
    "account_move",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _account_id(index=True),
    sa.Column("from_state", sa.String(10), nullable=False),
    sa.Column("to_state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("moved_at", Timestamp, nullable=False),
)

account_handle = sa.Table(
    "account_handle",
    metadata,
    sa.Column("handle", sa.String(24), primary_key=True),
    _account_id(index=True),
    sa.Column("held_until", Timestamp),
)
"""Whose a handle is. `held_until` is set once its owner has taken another: until then nobody else gets it."""

account_role = sa.Table(
    "account_role",
    metadata,
    _account_id(primary_key=True),
    sa.Column("role", sa.String(20), primary_key=True),
    sa.Column("granted_at", Timestamp, nullable=False),
    sa.CheckConstraint("role IN ('operator')", name="role"),
)

account_identifier = sa.Table(
    "account_identifier",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _account_id(index=True),
    sa.Column("channel", sa.String(5), nullable=False),
    sa.Column("address", sa.String(254), nullable=False),
    sa.Column("verified_at", Timestamp, nullable=False),
    sa.UniqueConstraint("channel", "address"),
    sa.CheckConstraint("channel IN ('email', 'phone')", name="channel"),
)

account_password = sa.Table(
    "account_password",
    metadata,
    _account_id(primary_key=True),
    sa.Column("encoded", sa.String(200), nullable=False),
    sa.Column("changed_at", Timestamp, nullable=False),
)

passkey = sa.Table(
    "passkey",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _account_id(index=True),
    sa.Column("credential_id", sa.LargeBinary(1023), nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("transports", Json, nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("backed_up", sa.Boolean, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("last_used_at", Timestamp),
)

passkey_challenge = sa.Table(
    "passkey_challenge",
    metadata,
    sa.Column("challenge", sa.LargeBinary(32), primary_key=True),
    sa.Column("ceremony", sa.String(10), nullable=False),
    sa.Column("bound_to", sa.String(40), nullable=False),
    sa.Column("expires_at", Timestamp, nullable=False, index=True),
    sa.CheckConstraint("ceremony IN ('register', 'assert')", name="ceremony"),
)

device = sa.Table(
    "device",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _account_id(index=True),
    sa.Column("token_digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("last_seen_at", Timestamp, nullable=False, index=True),
    sa.Column("proven_at", Timestamp, nullable=False),
)
"""proven_at: when somebody last showed on this device that they are the person."""

one_time_code = sa.Table(
    "one_time_code",
    metadata,
    sa.Column("channel", sa.String(5), primary_key=True),
    sa.Column("address", sa.String(254), primary_key=True),
    sa.Column("purpose", sa.String(12), primary_key=True),
    sa.Column("asked_by", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("expires_at", Timestamp, nullable=False, index=True),
    sa.CheckConstraint("purpose IN ('enter', 'add_address', 'confirm')", name="purpose"),
    sa.CheckConstraint("tries >= 0", name="tries"),
)
"""One live code per address and purpose. asked_by: the account that asked, 0 for somebody without one."""

data_export = sa.Table(
    "data_export",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _account_id(index=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("requested_at", Timestamp, nullable=False),
    sa.Column("ready_at", Timestamp),
    sa.Column("expires_at", Timestamp, index=True),
    sa.Column("size_bytes", sa.BigInteger),
    sa.CheckConstraint("state IN ('queued', 'ready', 'failed', 'expired')", name="state"),
    sa.CheckConstraint("state <> 'ready' OR expires_at IS NOT NULL", name="ready_expires"),
)
