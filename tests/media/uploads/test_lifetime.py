"""How uploads end when nobody ends them."""

from datetime import timedelta

import pytest

from miaohui.kit.errors import NotFound
from miaohui.media.uploads.access import UploadGone, access_upload
from miaohui.media.uploads.actions.advance_upload import OffsetMismatch, advance_upload
from miaohui.media.uploads.actions.claim_upload import UploadAlreadyUsed, claim_upload
from miaohui.media.uploads.actions.create_upload import create_upload
from miaohui.media.uploads.actions.give_up_upload import give_up_upload
from miaohui.media.uploads.handlers import discard_uploads
from miaohui.media.uploads.queries import upload_by_id
from miaohui.people.accounts.events import AccountDeleted
from tests.at_once import at_once


@pytest.fixture
def begun(db, cast):
    return db.write_sync(create_upload, owner_id=cast.mei, size_bytes=8, announced="", filename="a.mp4", max_bytes=100)


def sweep(booth):
    from miaohui.kit.jobs import stage_job

    booth.db.write_sync(lambda tx: stage_job(tx, "uploads.sweep"))
    booth.work()


def advance(db, upload, to_bytes, from_bytes=0):
    return db.write_sync(
        advance_upload, upload_id=upload.id, owner_id=upload.owner_id, from_bytes=from_bytes, to_bytes=to_bytes
    )


def test_a_day_after_its_last_byte_it_is_gone(booth, db, cast, clock, begun):
    clock.advance(timedelta(hours=23))
    advance(db, begun, 4)
    clock.advance(timedelta(hours=23))
    assert db.read_sync(access_upload, begun.id, owner_id=cast.mei).offset_bytes == 4
    clock.advance(timedelta(hours=1))
    with pytest.raises(UploadGone):
        db.read_sync(access_upload, begun.id, owner_id=cast.mei)
    with pytest.raises(UploadGone):
        advance(db, begun, 8, from_bytes=4)


def test_the_sweep_removes_it_and_a_week_later_its_name(booth, db, cast, clock, begun):
    booth.files.folder.mkdir(parents=True)
    booth.files.path_of(begun.id).write_bytes(b"lant")
    sweep(booth)
    assert booth.files.path_of(begun.id).exists()
    clock.advance(timedelta(hours=25))
    sweep(booth)
    assert not booth.files.path_of(begun.id).exists()
    assert db.read_sync(upload_by_id, begun.id).state == "discarded"
    clock.advance(timedelta(days=8))
    sweep(booth)
    with pytest.raises(NotFound):
        db.read_sync(access_upload, begun.id, owner_id=cast.mei)


def test_a_file_that_no_upload_knows_is_swept_when_it_has_lain_for_an_hour(booth, clock):
    import os

    booth.files.folder.mkdir(parents=True)
    fresh, old = booth.files.path_of(123), booth.files.path_of(456)
    now = clock.now().timestamp()
    for path, age_s in ((fresh, 60), (old, 7200)):
        path.write_bytes(b"?")
        os.utime(path, (now - age_s, now - age_s))
    sweep(booth)
    assert fresh.exists()
    assert not old.exists()


def test_what_is_claimed_does_not_expire(booth, db, cast, clock, begun):
    advance(db, begun, 8)
    db.write_sync(claim_upload, upload_id=begun.id, owner_id=cast.mei, reason="a story")
    clock.advance(timedelta(days=30))
    sweep(booth)
    assert db.read_sync(upload_by_id, begun.id).state == "claimed"
    with pytest.raises(UploadAlreadyUsed):
        db.write_sync(give_up_upload, upload_id=begun.id, owner_id=cast.mei)


def test_of_eight_that_claim_at_once_one_gets_it(db, cast, begun):
    advance(db, begun, 8)
    results = at_once(
        [lambda: db.write_sync(claim_upload, upload_id=begun.id, owner_id=cast.mei, reason="a story")] * 8
    )
    assert sum(isinstance(result, UploadAlreadyUsed) for result in results) == 7


def test_of_eight_that_advance_at_once_one_does(db, begun):
    results = at_once([lambda: advance(db, begun, 4)] * 8)
    refused = [result for result in results if isinstance(result, OffsetMismatch)]
    assert len(refused) == 7
    assert {refusal.data["offset"] for refusal in refused} == {4}


def test_a_deleted_account_leaves_no_file_and_no_file_name(booth, db, cast, begun):
    booth.files.folder.mkdir(parents=True)
    booth.files.path_of(begun.id).write_bytes(b"lant")
    db.write_sync(discard_uploads, AccountDeleted(account_id=cast.mei))
    booth.work()
    assert not booth.files.path_of(begun.id).exists()
    row = db.read_sync(upload_by_id, begun.id)
    assert (row.state, row.filename) == ("discarded", "")
