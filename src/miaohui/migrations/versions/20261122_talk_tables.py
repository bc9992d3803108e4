"""People meet and talk: shakes, messages, calls, notifications, moments and stickers."""

import sqlalchemy as sa
from alembic import op

revision = "9c41d07ab3e5"
down_revision = "12bfc589ea2a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=True),
        sa.Column("caller_id", sa.BigInteger(), nullable=False),
        sa.Column("callee_id", sa.BigInteger(), nullable=False),
        sa.Column("caller_device_id", sa.BigInteger(), nullable=False),
        sa.Column("callee_device_id", sa.BigInteger(), nullable=True),
        sa.Column("rang_at", sa.BigInteger(), nullable=False),
        sa.Column("ring_until", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("caller_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("callee_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (outcome IS NOT NULL) AND (state = 'ended') = (ended_at IS NOT NULL)",
            name=op.f("ck_call_ended_somehow"),
        ),
        sa.CheckConstraint("kind IN ('audio', 'video')", name=op.f("ck_call_kind")),
        sa.CheckConstraint(
            "outcome IN ('completed', 'failed', 'missed', 'declined', 'cancelled', 'busy')",
            name=op.f("ck_call_outcome_known"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR (outcome IN ('completed', 'failed')) = (answered_at IS NOT NULL)",
            name=op.f("ck_call_outcome_fits"),
        ),
        sa.CheckConstraint("state <> 'active' OR answered_at IS NOT NULL", name=op.f("ck_call_active_was_answered")),
        sa.CheckConstraint("state IN ('ringing', 'active', 'ended')", name=op.f("ck_call_state")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (callee_device_id IS NULL)", name=op.f("ck_call_answered_somewhere")
        ),
        sa.CheckConstraint("caller_id <> callee_id", name=op.f("ck_call_not_oneself")),
        sa.ForeignKeyConstraint(["callee_id"], ["account.id"], name=op.f("fk_call_callee_id")),
        sa.ForeignKeyConstraint(["caller_id"], ["account.id"], name=op.f("fk_call_caller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_callee", ["callee_id"], unique=False)
        batch_op.create_index("ix_call_caller", ["caller_id"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("low_id", sa.BigInteger(), nullable=True),
        sa.Column("high_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=40), nullable=True),
        sa.Column("picture", sa.String(length=120), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("first_sender_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'direct') = (low_id IS NOT NULL) AND (kind = 'direct') = (high_id IS NOT NULL)",
            name=op.f("ck_conversation_two_of_a_direct"),
        ),
        sa.CheckConstraint("kind = 'direct' OR state = 'open'", name=op.f("ck_conversation_requests_are_direct")),
        sa.CheckConstraint("kind IN ('direct', 'group')", name=op.f("ck_conversation_kind_known")),
        sa.CheckConstraint("state IN ('request', 'open')", name=op.f("ck_conversation_state_known")),
        sa.CheckConstraint("last_seq >= 0 AND members >= 0", name=op.f("ck_conversation_not_negative")),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_conversation_lower_first")),
        sa.CheckConstraint("picture IS NULL OR kind = 'group'", name=op.f("ck_conversation_pictures_are_of_groups")),
        sa.ForeignKeyConstraint(["high_id"], ["account.id"], name=op.f("fk_conversation_high_id")),
        sa.ForeignKeyConstraint(["low_id"], ["account.id"], name=op.f("fk_conversation_low_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_conversation_low_id_high_id")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_high", ["high_id"], unique=False)

    op.create_table(
        "device_cursor",
        sa.Column("device_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_device_cursor_person_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_cursor")),
    )
    with op.batch_alter_table("device_cursor", schema=None) as batch_op:
        batch_op.create_index("ix_device_cursor_person", ["person_id"], unique=False)

    op.create_table(
        "digest_letter",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_digest_letter_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digest_letter")),
    )
    op.create_table(
        "moment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mood", sa.String(length=12), nullable=True),
        sa.Column("clip_ref", sa.String(length=40), nullable=True),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'deleted') = (deleted_at IS NOT NULL)", name=op.f("ck_moment_deletion_dated")),
        sa.CheckConstraint("audience IN ('friends', 'some', 'not_some')", name=op.f("ck_moment_audience_known")),
        sa.CheckConstraint("state IN ('visible', 'deleted')", name=op.f("ck_moment_state_known")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_moment_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_moment_author_id_client_id")),
    )
    with op.batch_alter_table("moment", schema=None) as batch_op:
        batch_op.create_index("ix_moment_author", ["author_id", "posted_at", "id"], unique=False)

    op.create_table(
        "moment_setting",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("window_days", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("window_days IN (3, 30, 180)", name=op.f("ck_moment_setting_window_known")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_moment_setting_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_moment_setting")),
    )
    op.create_table(
        "name_piece",
        sa.Column("piece", sa.String(length=2), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_name_piece_account_id")),
        sa.PrimaryKeyConstraint("piece", "account_id", name=op.f("pk_name_piece")),
    )
    with op.batch_alter_table("name_piece", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_piece_account_id"), ["account_id"], unique=False)

    op.create_table(
        "nearby_visit",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_nearby_visit_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_nearby_visit")),
    )
    with op.batch_alter_table("nearby_visit", schema=None) as batch_op:
        batch_op.create_index("ix_nearby_visit_cell", ["cell", "until", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nearby_visit_until"), ["until"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("times > 0", name=op.f("ck_notice_happened")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("account_id", "seq", name=op.f("uq_notice_account_id_seq")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_changed_at", ["changed_at"], unique=False)
        batch_op.create_index("ix_notice_subject", ["subject", "kind"], unique=False)
        batch_op.create_index(
            "uq_notice_open",
            ["account_id", "kind", "subject"],
            unique=True,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "notice_acknowledgement",
        sa.Column("device_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_acknowledgement_account_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_notice_acknowledgement")),
    )
    with op.batch_alter_table("notice_acknowledgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_acknowledgement_account_id"), ["account_id"], unique=False)

    op.create_table(
        "notice_counter",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_counter_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_counter")),
    )
    op.create_table(
        "notice_setting",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notice_setting_both_ends")),
        sa.CheckConstraint("quiet_from >= 0 AND quiet_from < 1440", name=op.f("ck_notice_setting_quiet_from")),
        sa.CheckConstraint("quiet_until >= 0 AND quiet_until < 1440", name=op.f("ck_notice_setting_quiet_until")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_setting_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_setting")),
    )
    op.create_table(
        "notice_switch",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.CheckConstraint("channel IN ('list', 'push', 'email')", name=op.f("ck_notice_switch_channel")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_switch_account_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "channel", name=op.f("pk_notice_switch")),
    )
    op.create_table(
        "notice_told",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_told_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_notice_told")),
    )
    with op.batch_alter_table("notice_told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_told_told_at"), ["told_at"], unique=False)

    op.create_table(
        "person_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_person_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_event")),
        sa.UniqueConstraint("person_id", "seq", name=op.f("uq_person_event_person_id_seq")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("person_event", schema=None) as batch_op:
        batch_op.create_index("ix_person_event_at", ["at"], unique=False)

    op.create_table(
        "person_log",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("pruned_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("0 <= pruned_seq AND pruned_seq <= last_seq", name=op.f("ck_person_log_pruned_behind_last")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_person_log_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_log")),
    )
    op.create_table(
        "person_mood",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("mood", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("expires_at > set_at", name=op.f("ck_person_mood_lasts")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_person_mood_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_mood")),
    )
    with op.batch_alter_table("person_mood", schema=None) as batch_op:
        batch_op.create_index("ix_person_mood_expiry", ["expires_at"], unique=False)

    op.create_table(
        "push_subscription",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("public_key", sa.String(length=100), nullable=False),
        sa.Column("secret", sa.String(length=40), nullable=False),
        sa.Column("pushed_seq", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_push_subscription_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscription_endpoint")),
    )
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_subscription_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_push_subscription_device_id"), ["device_id"], unique=False)

    op.create_table(
        "shake_guest",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("district", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_shake_guest_person_id")),
        sa.PrimaryKeyConstraint("person_id", "begins_at", name=op.f("pk_shake_guest")),
    )
    with op.batch_alter_table("shake_guest", schema=None) as batch_op:
        batch_op.create_index("ix_shake_guest_rendezvous", ["begins_at", "district"], unique=False)

    op.create_table(
        "shake_match",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("one_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("one_ticket", sa.String(length=64), nullable=True),
        sa.Column("other_ticket", sa.String(length=64), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("bucket", sa.String(length=10), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("matched_at", sa.BigInteger(), nullable=False),
        sa.Column("hello_until", sa.BigInteger(), nullable=False),
        sa.Column("one_answer", sa.String(length=5), nullable=True),
        sa.Column("other_answer", sa.String(length=5), nullable=True),
        sa.Column("mutual_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "bucket IN ('under_1', 'under_3', 'under_10', 'under_30', 'further')",
            name=op.f("ck_shake_match_bucket_known"),
        ),
        sa.CheckConstraint(
            "mutual_at IS NULL OR (one_answer = 'hello' AND other_answer = 'hello')",
            name=op.f("ck_shake_match_mutual_by_two_hellos"),
        ),
        sa.CheckConstraint("one_answer IN ('hello', 'no')", name=op.f("ck_shake_match_one_answer_known")),
        sa.CheckConstraint("other_answer IN ('hello', 'no')", name=op.f("ck_shake_match_other_answer_known")),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_shake_match_in_order")),
        sa.ForeignKeyConstraint(["one_id"], ["account.id"], name=op.f("fk_shake_match_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["account.id"], name=op.f("fk_shake_match_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shake_match")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_shake_match_one_id_other_id")),
    )
    with op.batch_alter_table("shake_match", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shake_match_matched_at"), ["matched_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_shake_match_other_id"), ["other_id"], unique=False)

    op.create_table(
        "shake_missed",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("district", sa.BigInteger(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_shake_missed_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_shake_missed")),
    )
    with op.batch_alter_table("shake_missed", schema=None) as batch_op:
        batch_op.create_index("ix_shake_missed_day", ["day", "district"], unique=False)

    op.create_table(
        "shake_report",
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("reported_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('rude', 'harassment', 'fake', 'minor', 'other')", name=op.f("ck_shake_report_reason_known")
        ),
        sa.ForeignKeyConstraint(["reported_id"], ["account.id"], name=op.f("fk_shake_report_reported_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["account.id"], name=op.f("fk_shake_report_reporter_id")),
        sa.PrimaryKeyConstraint("reporter_id", "reported_id", name=op.f("pk_shake_report")),
    )
    with op.batch_alter_table("shake_report", schema=None) as batch_op:
        batch_op.create_index("ix_shake_report_reported", ["reported_id", "reported_at"], unique=False)

    op.create_table(
        "shake_venue",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_shake_venue_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shake_venue")),
    )
    with op.batch_alter_table("shake_venue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shake_venue_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "sticker",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("maker_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("picture", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", sa.BigInteger(), nullable=True),
        sa.Column("removal_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name=op.f("ck_sticker_removal_dated")),
        sa.CheckConstraint("(state = 'shown') = (picture IS NOT NULL)", name=op.f("ck_sticker_picture_while_shown")),
        sa.CheckConstraint("state IN ('shown', 'removed')", name=op.f("ck_sticker_state_known")),
        sa.ForeignKeyConstraint(["maker_id"], ["account.id"], name=op.f("fk_sticker_maker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sticker")),
    )
    with op.batch_alter_table("sticker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sticker_maker_id"), ["maker_id"], unique=False)

    op.create_table(
        "sticker_favourite",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("sticker_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sticker_favourite_account_id")),
        sa.PrimaryKeyConstraint("account_id", "sticker_id", name=op.f("pk_sticker_favourite")),
    )
    with op.batch_alter_table("sticker_favourite", schema=None) as batch_op:
        batch_op.create_index("ix_sticker_favourite_sticker_id", ["sticker_id"], unique=False)

    op.create_table(
        "sticker_pack_choice",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sticker_pack_choice_account_id")),
        sa.PrimaryKeyConstraint("account_id", "pack_id", name=op.f("pk_sticker_pack_choice")),
    )
    op.create_table(
        "sticker_use",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("sticker_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sticker_use_account_id")),
        sa.PrimaryKeyConstraint("account_id", "sticker_id", name=op.f("pk_sticker_use")),
    )
    with op.batch_alter_table("sticker_use", schema=None) as batch_op:
        batch_op.create_index("ix_sticker_use_sticker_id", ["sticker_id"], unique=False)

    op.create_table(
        "call_seat",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_call_seat_account_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_seat_call_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_call_seat")),
    )
    with op.batch_alter_table("call_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_seat_call_id"), ["call_id"], unique=False)

    op.create_table(
        "call_signal",
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_signal_call_id")),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_call_signal")),
    )
    op.create_table(
        "conversation_member",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("folder", sa.String(length=8), nullable=False),
        sa.Column("joined_seq", sa.Integer(), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "folder IN ('inbox', 'requests', 'declined')", name=op.f("ck_conversation_member_folder_known")
        ),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member')", name=op.f("ck_conversation_member_role_known")),
        sa.CheckConstraint("read_seq >= 0 AND joined_seq >= 0", name=op.f("ck_conversation_member_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_conversation_member_account_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_conversation_member_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "account_id", name=op.f("pk_conversation_member")),
    )
    with op.batch_alter_table("conversation_member", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_member_account", ["account_id", "left_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("recalled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(recalled_at IS NULL) = (body IS NOT NULL)", name=op.f("ck_message_body_until_recalled")),
        sa.CheckConstraint("seq > 0", name=op.f("ck_message_seq_from_one")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["message.id"], name=op.f("fk_message_reply_to_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["account.id"], name=op.f("fk_message_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_message_conversation_id_seq")),
        sa.UniqueConstraint("sender_id", "client_id", name=op.f("uq_message_sender_id_client_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_reply_to",
            ["reply_to_id"],
            unique=False,
            sqlite_where=sa.text("reply_to_id IS NOT NULL"),
            postgresql_where=sa.text("reply_to_id IS NOT NULL"),
        )

    op.create_table(
        "message_term",
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_term_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", "term", "seq", name=op.f("pk_message_term")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "moment_audience",
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_moment_audience_moment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_moment_audience_person_id")),
        sa.PrimaryKeyConstraint("moment_id", "person_id", name=op.f("pk_moment_audience")),
    )
    with op.batch_alter_table("moment_audience", schema=None) as batch_op:
        batch_op.create_index("ix_moment_audience_person", ["person_id"], unique=False)

    op.create_table(
        "moment_comment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_moment_comment_author_id")),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_moment_comment_moment_id")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["account.id"], name=op.f("fk_moment_comment_reply_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment_comment")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_moment_comment_author_id_client_id")),
    )
    with op.batch_alter_table("moment_comment", schema=None) as batch_op:
        batch_op.create_index("ix_moment_comment_moment", ["moment_id", "posted_at", "id"], unique=False)
        batch_op.create_index("ix_moment_comment_reply_to", ["reply_to_id"], unique=False)

    op.create_table(
        "moment_like",
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("liked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_moment_like_account_id")),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_moment_like_moment_id")),
        sa.PrimaryKeyConstraint("moment_id", "account_id", name=op.f("pk_moment_like")),
    )
    with op.batch_alter_table("moment_like", schema=None) as batch_op:
        batch_op.create_index("ix_moment_like_account", ["account_id"], unique=False)

    op.create_table(
        "moment_photo",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("moment_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=True),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(moment_id IS NULL) = (position IS NULL)", name=op.f("ck_moment_photo_placed_in_moment")),
        sa.CheckConstraint("position BETWEEN 0 AND 8", name=op.f("ck_moment_photo_nine_at_most")),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_moment_photo_moment_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_moment_photo_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment_photo")),
        sa.UniqueConstraint("moment_id", "position", name=op.f("uq_moment_photo_moment_id_position")),
    )
    with op.batch_alter_table("moment_photo", schema=None) as batch_op:
        batch_op.create_index(
            "ix_moment_photo_loose",
            ["uploaded_at"],
            unique=False,
            sqlite_where=sa.text("moment_id IS NULL"),
            postgresql_where=sa.text("moment_id IS NULL"),
        )
        batch_op.create_index("ix_moment_photo_owner", ["owner_id"], unique=False)

    op.create_table(
        "moment_timeline",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_moment_timeline_moment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_moment_timeline_person_id")),
        sa.PrimaryKeyConstraint("person_id", "moment_id", name=op.f("pk_moment_timeline")),
    )
    with op.batch_alter_table("moment_timeline", schema=None) as batch_op:
        batch_op.create_index("ix_moment_timeline_moment", ["moment_id"], unique=False)
        batch_op.create_index("ix_moment_timeline_newest", ["person_id", "posted_at", "moment_id"], unique=False)

    op.create_table(
        "notice_person",
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("did_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_person_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_notice_person_person_id")),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name=op.f("pk_notice_person")),
    )
    with op.batch_alter_table("notice_person", schema=None) as batch_op:
        batch_op.create_index("ix_notice_person_person_id", ["person_id"], unique=False)

    op.create_table(
        "shake_ticket",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("venue_id", sa.BigInteger(), nullable=True),
        sa.Column("widest_m", sa.Integer(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("shaken_at", sa.BigInteger(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(cell IS NULL) <> (venue_id IS NULL)", name=op.f("ck_shake_ticket_a_place_or_a_venue")),
        sa.CheckConstraint(
            "widest_m IN (1000, 3000, 10000, 30000, 20100000)", name=op.f("ck_shake_ticket_widest_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_shake_ticket_person_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["shake_venue.id"], name=op.f("fk_shake_ticket_venue_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_shake_ticket")),
    )
    with op.batch_alter_table("shake_ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shake_ticket_until"), ["until"], unique=False)
        batch_op.create_index("ix_shake_ticket_venue", ["venue_id"], unique=False)

    op.create_table(
        "sticker_report",
        sa.Column("sticker_id", sa.BigInteger(), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("dismissed_by", sa.BigInteger(), nullable=True),
        sa.Column("dismissed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["reporter_id"], ["account.id"], name=op.f("fk_sticker_report_reporter_id")),
        sa.ForeignKeyConstraint(["sticker_id"], ["sticker.id"], name=op.f("fk_sticker_report_sticker_id")),
        sa.PrimaryKeyConstraint("sticker_id", "reporter_id", name=op.f("pk_sticker_report")),
    )
    with op.batch_alter_table("sticker_report", schema=None) as batch_op:
        batch_op.create_index("ix_sticker_report_reporter_id", ["reporter_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'voice', 'video')", name=op.f("ck_attachment_kind_known")),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name=op.f("ck_attachment_state_known")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_attachment_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_message", ["message_id"], unique=False)
        batch_op.create_index("ix_attachment_owner", ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_attachment_unused",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )

    op.create_table(
        "sponsorship",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.SmallInteger(), nullable=False),
        sa.Column("until_minute", sa.SmallInteger(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("from_minor", sa.BigInteger(), nullable=False),
        sa.Column("off_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_days", sa.SmallInteger(), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("funded_minor", sa.BigInteger(), nullable=False),
        sa.Column("reserved_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (template_id IS NULL)", name=op.f("ck_sponsorship_opened_with_a_template")
        ),
        sa.CheckConstraint("state IN ('draft', 'active', 'paused', 'ended')", name=op.f("ck_sponsorship_state_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sponsorship_ends_after_start")),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_sponsorship_on_the_globe")
        ),
        sa.CheckConstraint("off_minor > 0 AND from_minor >= 0", name=op.f("ck_sponsorship_takes_something_off")),
        sa.CheckConstraint("radius_m BETWEEN 1000 AND 30000", name=op.f("ck_sponsorship_radius_known")),
        sa.CheckConstraint("reserved_minor BETWEEN 0 AND funded_minor", name=op.f("ck_sponsorship_within_budget")),
        sa.CheckConstraint(
            "returned_minor BETWEEN 0 AND funded_minor", name=op.f("ck_sponsorship_returned_was_funded")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_sponsorship_shop_id")),
        sa.ForeignKeyConstraint(["template_id"], ["coupon_template.id"], name=op.f("fk_sponsorship_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship")),
    )
    with op.batch_alter_table("sponsorship", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sponsorship_active",
            ["latitude"],
            unique=False,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(batch_op.f("ix_sponsorship_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "sponsorship_move",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(length=8), nullable=True),
        sa.Column("to_state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorship.id"], name=op.f("fk_sponsorship_move_sponsorship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_move")),
    )
    with op.batch_alter_table("sponsorship_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sponsorship_move_sponsorship_id"), ["sponsorship_id"], unique=False)

    op.create_table(
        "sponsorship_showing",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.String(length=64), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("followed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("slot BETWEEN 1 AND 3", name=op.f("ck_sponsorship_showing_three_a_day")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_sponsorship_showing_person_id")),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorship.id"], name=op.f("fk_sponsorship_showing_sponsorship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_showing")),
        sa.UniqueConstraint("person_id", "day", "slot", name=op.f("uq_sponsorship_showing_person_id_day_slot")),
        sa.UniqueConstraint("person_id", "ticket_id", name=op.f("uq_sponsorship_showing_person_id_ticket_id")),
        sa.UniqueConstraint(
            "sponsorship_id", "person_id", "day", name=op.f("uq_sponsorship_showing_sponsorship_id_person_id_day")
        ),
    )
    op.create_table(
        "sponsorship_grant",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("showing_id", sa.BigInteger(), nullable=False),
        sa.Column("coupon_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("ordered_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(order_id IS NULL) = (ordered_at IS NULL)", name=op.f("ck_sponsorship_grant_order_dated")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_sponsorship_grant_coupon_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_sponsorship_grant_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_sponsorship_grant_person_id")),
        sa.ForeignKeyConstraint(
            ["showing_id"], ["sponsorship_showing.id"], name=op.f("fk_sponsorship_grant_showing_id")
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorship.id"], name=op.f("fk_sponsorship_grant_sponsorship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_grant")),
        sa.UniqueConstraint("coupon_id", name=op.f("uq_sponsorship_grant_coupon_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_sponsorship_grant_order_id")),
    )
    with op.batch_alter_table("sponsorship_grant", schema=None) as batch_op:
        batch_op.create_index("ix_sponsorship_grant_person", ["person_id"], unique=False)
        batch_op.create_index("uq_sponsorship_grant_person", ["sponsorship_id", "person_id"], unique=True)
        batch_op.create_index("uq_sponsorship_grant_showing", ["showing_id"], unique=True)
