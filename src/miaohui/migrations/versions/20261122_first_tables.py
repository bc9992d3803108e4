"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "597c7b77f014"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("handle", sa.String(length=24), nullable=True),
        sa.Column("nickname", sa.String(length=24), nullable=False),
        sa.Column("bio", sa.String(length=160), nullable=False),
        sa.Column("avatar", sa.String(length=80), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("terms_accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erase_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'deleted' AND handle IS NULL AND nickname = '' AND bio = '' AND avatar IS NULL AND birth_date IS NULL) OR (state <> 'deleted' AND handle IS NOT NULL AND nickname <> '' AND birth_date IS NOT NULL)",
            name=op.f("ck_account_deleted_is_empty"),
        ),
        sa.CheckConstraint("(state = 'leaving') = (erase_at IS NOT NULL)", name=op.f("ck_account_leaving_has_a_date")),
        sa.CheckConstraint("state IN ('active', 'leaving', 'deleted')", name=op.f("ck_account_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("handle", name=op.f("uq_account_handle")),
    )
    op.create_table(
        "demo_town",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("clips", sa.Integer(), nullable=False),
        sa.Column("planted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_demo_town_one_town")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_town")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_key_created_at", ["created_at"], unique=False)

    op.create_table(
        "impression",
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("served_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("probability > 0 AND probability <= 1", name=op.f("ck_impression_probability")),
        sa.PrimaryKeyConstraint("page_id", "position", name=op.f("pk_impression")),
    )
    with op.batch_alter_table("impression", schema=None) as batch_op:
        batch_op.create_index("ix_impression_person", ["person_id", "item_id"], unique=False)
        batch_op.create_index("ix_impression_served", ["served_at"], unique=False)

    op.create_table(
        "interest_model",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False),
        sa.Column("fitted_at", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_model")),
    )
    op.create_table(
        "interest_setting",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("personalised", sa.Boolean(), nullable=False),
        sa.Column("reset_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_interest_setting")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=True),
        sa.Column("lease_owner", sa.String(length=80), nullable=True),
        sa.Column("lease_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("staged_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.CheckConstraint("progress >= 0 AND progress <= 1", name=op.f("ck_job_progress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_claim",
            ["lane", "priority", "run_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )
        batch_op.create_index(
            "uq_job_unique_key",
            ["unique_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )

    op.create_table(
        "job_schedule",
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("last_slot", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_job_schedule")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("purpose IN ('enter', 'add_address', 'confirm')", name=op.f("ck_one_time_code_purpose")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_one_time_code_tries")),
        sa.PrimaryKeyConstraint("channel", "address", "purpose", "asked_by", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_code_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "outbox_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("emitted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox_event")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ceremony", sa.String(length=10), nullable=False),
        sa.Column("bound_to", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ceremony IN ('register', 'assert')", name=op.f("ck_passkey_challenge_ceremony")),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_passkey_challenge")),
    )
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_challenge_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "signal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("dwell_ms", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("page_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "duration_ms >= 0 AND duration_ms <= 86400000", name=op.f("ck_signal_duration_within_a_day")
        ),
        sa.CheckConstraint("dwell_ms >= 0 AND dwell_ms <= 86400000", name=op.f("ck_signal_dwell_within_a_day")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_signal")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index("ix_signal_person", ["person_id", "seq"], unique=False)
        batch_op.create_index(
            "uq_signal_client",
            ["person_id", "client_id"],
            unique=True,
            sqlite_where=sa.text("client_id IS NOT NULL"),
            postgresql_where=sa.text("client_id IS NOT NULL"),
        )

    op.create_table(
        "account_handle",
        sa.Column("handle", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_handle_account_id")),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_account_handle")),
    )
    with op.batch_alter_table("account_handle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_handle_account_id"), ["account_id"], unique=False)

    op.create_table(
        "account_identifier",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'phone')", name=op.f("ck_account_identifier_channel")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_identifier_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_identifier")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_account_identifier_channel_address")),
    )
    with op.batch_alter_table("account_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_identifier_account_id"), ["account_id"], unique=False)

    op.create_table(
        "account_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_move_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_move")),
    )
    with op.batch_alter_table("account_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_move_account_id"), ["account_id"], unique=False)

    op.create_table(
        "account_password",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("encoded", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_password_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_password")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('operator')", name=op.f("ck_account_role_role")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id")),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "block",
        sa.Column("blocker_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_block_not_oneself")),
        sa.ForeignKeyConstraint(["blocked_id"], ["account.id"], name=op.f("fk_block_blocked_id")),
        sa.ForeignKeyConstraint(["blocker_id"], ["account.id"], name=op.f("fk_block_blocker_id")),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index("ix_block_blocked", ["blocked_id", "blocker_id"], unique=False)

    op.create_table(
        "data_export",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state <> 'ready' OR expires_at IS NOT NULL", name=op.f("ck_data_export_ready_expires")),
        sa.CheckConstraint("state IN ('queued', 'ready', 'failed', 'expired')", name=op.f("ck_data_export_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_data_export_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    with op.batch_alter_table("data_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_export_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_export_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "demo_resident",
        sa.Column("handle", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("portrayed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_demo_resident_account_id")),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_demo_resident")),
        sa.UniqueConstraint("account_id", name=op.f("uq_demo_resident_account_id")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("proven_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_device_token_digest")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_last_seen_at"), ["last_seen_at"], unique=False)

    op.create_table(
        "follow",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followee_id", sa.BigInteger(), nullable=False),
        sa.Column("followed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("follower_id <> followee_id", name=op.f("ck_follow_not_oneself")),
        sa.ForeignKeyConstraint(["followee_id"], ["account.id"], name=op.f("fk_follow_followee_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["account.id"], name=op.f("fk_follow_follower_id")),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("pk_follow")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index("ix_follow_followers", ["followee_id", "followed_at", "follower_id"], unique=False)
        batch_op.create_index("ix_follow_following", ["follower_id", "followed_at", "followee_id"], unique=False)

    op.create_table(
        "graph_count",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.CheckConstraint("followers >= 0 AND following >= 0", name=op.f("ck_graph_count_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_graph_count_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_graph_count")),
    )
    op.create_table(
        "mute",
        sa.Column("muter_id", sa.BigInteger(), nullable=False),
        sa.Column("muted_id", sa.BigInteger(), nullable=False),
        sa.Column("muted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("muter_id <> muted_id", name=op.f("ck_mute_not_oneself")),
        sa.ForeignKeyConstraint(["muted_id"], ["account.id"], name=op.f("fk_mute_muted_id")),
        sa.ForeignKeyConstraint(["muter_id"], ["account.id"], name=op.f("fk_mute_muter_id")),
        sa.PrimaryKeyConstraint("muter_id", "muted_id", name=op.f("pk_mute")),
    )
    with op.batch_alter_table("mute", schema=None) as batch_op:
        batch_op.create_index("ix_mute_muted", ["muted_id"], unique=False)

    op.create_table(
        "outbox_delivery",
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("handler", sa.String(length=120), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["outbox_event.seq"], name=op.f("fk_outbox_delivery_event_seq"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_seq", "handler", name=op.f("pk_outbox_delivery")),
    )
    with op.batch_alter_table("outbox_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_delivery_due",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "remark",
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.CheckConstraint("owner_id <> person_id", name=op.f("ck_remark_not_oneself")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_remark_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_remark_person_id")),
        sa.PrimaryKeyConstraint("owner_id", "person_id", name=op.f("pk_remark")),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index("ix_remark_person", ["person_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("announced", sa.Text(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("discarded_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'discarded') = (discarded_at IS NOT NULL)", name=op.f("ck_upload_discarded_at")),
        sa.CheckConstraint("state IN ('receiving', 'complete', 'claimed', 'discarded')", name=op.f("ck_upload_state")),
        sa.CheckConstraint(
            "state NOT IN ('complete', 'claimed') OR offset_bytes = size_bytes",
            name=op.f("ck_upload_complete_is_whole"),
        ),
        sa.CheckConstraint("offset_bytes >= 0 AND offset_bytes <= size_bytes", name=op.f("ck_upload_offset")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_upload_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index("ix_upload_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_upload_owner", ["owner_id", "created_at"], unique=False)

    op.create_table(
        "video",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("local_key", sa.String(length=120), nullable=True),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ladder", sa.String(length=10), nullable=False),
        sa.Column("progress_percent", sa.SmallInteger(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("asked_start_ms", sa.Integer(), nullable=True),
        sa.Column("asked_end_ms", sa.Integer(), nullable=True),
        sa.Column("asked_cover_ms", sa.Integer(), nullable=True),
        sa.Column("refusal_code", sa.String(length=40), nullable=True),
        sa.Column("refusal_data", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("has_audio", sa.Boolean(), nullable=True),
        sa.Column("mp4", sa.String(length=200), nullable=True),
        sa.Column("hls", sa.String(length=200), nullable=True),
        sa.Column("poster", sa.String(length=200), nullable=True),
        sa.Column("thumbnail", sa.String(length=200), nullable=True),
        sa.Column("strip", sa.String(length=200), nullable=True),
        sa.Column("strip_frames", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal_code IS NOT NULL) OR state = 'removed'", name=op.f("ck_video_refusal")
        ),
        sa.CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name=op.f("ck_video_removed_at")),
        sa.CheckConstraint("ladder IN ('waiting', 'building', 'ready', 'failed')", name=op.f("ck_video_ladder")),
        sa.CheckConstraint(
            "state <> 'published' OR (mp4 IS NOT NULL AND poster IS NOT NULL AND duration_ms > 0 AND published_at IS NOT NULL)",
            name=op.f("ck_video_published_can_be_played"),
        ),
        sa.CheckConstraint(
            "state IN ('processing', 'published', 'refused', 'failed', 'removed')", name=op.f("ck_video_state")
        ),
        sa.CheckConstraint("progress_percent BETWEEN 0 AND 100", name=op.f("ck_video_progress")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_video_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video")),
        sa.UniqueConstraint("local_key", name=op.f("uq_video_local_key")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_video_upload_id")),
    )
    with op.batch_alter_table("video", schema=None) as batch_op:
        batch_op.create_index("ix_video_author", ["author_id", "published_at", "id"], unique=False)
        batch_op.create_index("ix_video_published", ["state", "published_at", "id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'deleted') = (deleted_at IS NOT NULL)", name=op.f("ck_comment_deletion_dated")),
        sa.CheckConstraint("(state = 'visible') = (body IS NOT NULL)", name=op.f("ck_comment_body_while_visible")),
        sa.CheckConstraint("state IN ('visible', 'deleted')", name=op.f("ck_comment_state_known")),
        sa.CheckConstraint("(thread_id IS NULL) = (reply_to_id IS NULL)", name=op.f("ck_comment_replies_in_threads")),
        sa.CheckConstraint("likes >= 0 AND replies >= 0", name=op.f("ck_comment_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["comment.id"], name=op.f("fk_comment_reply_to_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["comment.id"], name=op.f("fk_comment_thread_id")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_comment_video_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_comment_author_id_client_id")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_most_liked",
            ["video_id", "likes", "posted_at", "id"],
            unique=False,
            sqlite_where=sa.text("thread_id IS NULL"),
            postgresql_where=sa.text("thread_id IS NULL"),
        )
        batch_op.create_index(
            "ix_comment_newest",
            ["video_id", "posted_at", "id"],
            unique=False,
            sqlite_where=sa.text("thread_id IS NULL"),
            postgresql_where=sa.text("thread_id IS NULL"),
        )
        batch_op.create_index("ix_comment_reply_to", ["reply_to_id"], unique=False)
        batch_op.create_index("ix_comment_thread", ["thread_id", "posted_at", "id"], unique=False)
        batch_op.create_index("ix_comment_video", ["video_id"], unique=False)

    op.create_table(
        "comment_count",
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.CheckConstraint("comments >= 0", name=op.f("ck_comment_count_not_negative")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_comment_count_video_id")),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_comment_count")),
    )
    op.create_table(
        "demo_clip",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("watched_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_demo_clip_video_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_demo_clip")),
        sa.UniqueConstraint("video_id", name=op.f("uq_demo_clip_video_id")),
    )
    op.create_table(
        "reaction_count",
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.Column("favourites", sa.Integer(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "likes >= 0 AND favourites >= 0 AND shares >= 0", name=op.f("ck_reaction_count_not_negative")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_reaction_count_author_id")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_reaction_count_video_id")),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_reaction_count")),
    )
    with op.batch_alter_table("reaction_count", schema=None) as batch_op:
        batch_op.create_index("ix_reaction_count_author", ["author_id"], unique=False)

    op.create_table(
        "upload_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_upload_move_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_move")),
    )
    with op.batch_alter_table("upload_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_move_upload_id"), ["upload_id"], unique=False)

    op.create_table(
        "video_favourite",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("reacted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_video_favourite_account_id")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_favourite_video_id")),
        sa.PrimaryKeyConstraint("account_id", "video_id", name=op.f("pk_video_favourite")),
    )
    with op.batch_alter_table("video_favourite", schema=None) as batch_op:
        batch_op.create_index("ix_video_favourite_own", ["account_id", "reacted_at", "video_id"], unique=False)
        batch_op.create_index("ix_video_favourite_video", ["video_id"], unique=False)

    op.create_table(
        "video_hashtag",
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_hashtag_video_id")),
        sa.PrimaryKeyConstraint("video_id", "tag", name=op.f("pk_video_hashtag")),
    )
    with op.batch_alter_table("video_hashtag", schema=None) as batch_op:
        batch_op.create_index("ix_video_hashtag_tag", ["tag", "video_id"], unique=False)

    op.create_table(
        "video_like",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("reacted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_video_like_account_id")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_like_video_id")),
        sa.PrimaryKeyConstraint("account_id", "video_id", name=op.f("pk_video_like")),
    )
    with op.batch_alter_table("video_like", schema=None) as batch_op:
        batch_op.create_index("ix_video_like_own", ["account_id", "reacted_at", "video_id"], unique=False)
        batch_op.create_index("ix_video_like_video", ["video_id"], unique=False)

    op.create_table(
        "video_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("what IN ('video', 'ladder')", name=op.f("ck_video_move_what")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_move_video_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_move")),
    )
    with op.batch_alter_table("video_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_video_move_video_id"), ["video_id"], unique=False)

    op.create_table(
        "video_output",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('cover', 'first', 'ladder')", name=op.f("ck_video_output_role")),
        sa.CheckConstraint("state IN ('writing', 'current', 'retired')", name=op.f("ck_video_output_state")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_output_video_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_output")),
    )
    with op.batch_alter_table("video_output", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_video_output_video_id"), ["video_id"], unique=False)

    op.create_table(
        "video_rendition",
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bandwidth", sa.Integer(), nullable=False),
        sa.Column("average_bandwidth", sa.Integer(), nullable=False),
        sa.Column("codecs", sa.String(length=60), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_rendition_video_id")),
        sa.PrimaryKeyConstraint("video_id", "name", name=op.f("pk_video_rendition")),
    )
    op.create_table(
        "video_share",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("video_id", sa.BigInteger(), nullable=False),
        sa.Column("reacted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_video_share_account_id")),
        sa.ForeignKeyConstraint(["video_id"], ["video.id"], name=op.f("fk_video_share_video_id")),
        sa.PrimaryKeyConstraint("account_id", "video_id", name=op.f("pk_video_share")),
    )
    with op.batch_alter_table("video_share", schema=None) as batch_op:
        batch_op.create_index("ix_video_share_own", ["account_id", "reacted_at", "video_id"], unique=False)
        batch_op.create_index("ix_video_share_video", ["video_id"], unique=False)

    op.create_table(
        "comment_like",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("liked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_comment_like_account_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_like_comment_id")),
        sa.PrimaryKeyConstraint("account_id", "comment_id", name=op.f("pk_comment_like")),
    )
    with op.batch_alter_table("comment_like", schema=None) as batch_op:
        batch_op.create_index("ix_comment_like_comment", ["comment_id"], unique=False)
