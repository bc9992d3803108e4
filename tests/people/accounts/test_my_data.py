"""Taking one's data along, and taking it away."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.db import Database, Tx
from miaohui.kit.jobs import job_table, stage_job
from miaohui.people.accounts import export
from miaohui.people.accounts.actions.build_export import export_key
from miaohui.people.accounts.actions.erase_account import erase_account
from miaohui.people.accounts.events import AccountDeleted, AccountLeaving, AccountReturned, DeviceRevoked
from miaohui.people.accounts.export import ExportedFile, contribute
from miaohui.people.accounts.queries import find_by_handle, person_cards
from miaohui.people.accounts.tables import account, account_move
from tests.emitted import emitted
from tests.people.accounts.authenticator import Authenticator
from tests.people.accounts.door import MEI, OMAR, PHONE, Browser, Door
from tests.people.accounts.test_passkeys import add_passkey
from tests.people.accounts.test_profile import picture, put_avatar
from tests.people.accounts.test_ways_in import add

RIDDLE = "lantern riddle seven"


@pytest.fixture
def mei(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_up(handle="mei_shoots", password=RIDDLE, nickname="Mei of the Noodles")
    return browser


@pytest.fixture(autouse=True)
def own_parts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other domains contribute is their tests' affair."""
    own = {name: part for name, part in export._contributions.items() if name.startswith("account")}
    monkeypatch.setattr(export, "_contributions", own)


def download(browser: Browser) -> zipfile.ZipFile:
    answer = browser.send("GET", "/me/export/file")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert "no-store" in answer.headers["cache-control"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_mei_takes_all_that_is_kept_of_her(door: Door, mei: Browser):
    add_passkey(mei, Authenticator(), "My phone")
    put_avatar(mei, picture())
    add(mei, PHONE)

    asked = mei.send("POST", "/me/export")
    assert (asked.status_code, asked.json()["state"], asked.json()["file"]) == (202, "queued", None)
    assert mei.send("GET", "/me/export/file").status_code == 404
    door.work()

    ready = mei.send("GET", "/me/export").json()
    assert (ready["state"], ready["file"]) == ("ready", "/api/v1/me/export/file")
    archive = download(mei)
    assert archive.testzip() is None
    assert set(archive.namelist()) == {"account.json", "account_history.json", "files/account/picture.webp"}
    [person] = json.loads(archive.read("account.json"))
    assert person["handle"] == "mei_shoots"
    assert person["birth_date"] == "1994-03-02"
    assert [a["address"] for a in person["addresses"]] == [MEI, PHONE]
    assert [d["name"] for d in person["devices"]] == ["Firefox · Linux"]
    assert [p["name"] for p in person["passkeys"]] == ["My phone"]
    assert b"$argon2" not in archive.read("account.json")
    assert archive.read("files/account/picture.webp").startswith(b"RIFF")


def test_other_domains_add_their_part(door: Door, mei: Browser, blobs: FolderBlobs):
    blobs.put("clips/7.mp4", b"moving pictures")

    def thousand_views(tx: Tx, account_id: int) -> Iterator[dict[str, Any]]:
        yield from ({"n": n, "of": account_id, "at": tx.now} for n in range(1000))

    def clips(tx: Tx, account_id: int) -> list[ExportedFile]:
        return [ExportedFile("seven.mp4", "clips/7.mp4"), ExportedFile("lost.mp4", "clips/8.mp4")]

    contribute("views", rows=thousand_views, files=clips)
    contribute("comments", rows=lambda tx, account_id: [])

    mei.send("POST", "/me/export")
    door.work()

    archive = download(mei)
    views = json.loads(archive.read("views.json"))
    assert len(views) == 1000
    assert views[999] == {"n": 999, "of": int(mei.me()["id"]), "at": "2026-04-18T19:30:00Z"}
    assert json.loads(archive.read("comments.json")) == []
    assert archive.read("files/views/seven.mp4") == b"moving pictures"
    assert "files/views/lost.mp4" not in archive.namelist()


@pytest.mark.parametrize("name", ["account", "../evil", "", "Views", "a/b"])
def test_a_part_has_a_name_of_its_own(name: str):
    with pytest.raises(ValueError, match="cannot contribute"):
        contribute(name, rows=lambda tx, account_id: [])


def test_an_export_is_the_owners_alone(door: Door, mei: Browser):
    omar = door.browser()
    omar.sign_up(OMAR)
    mei.send("POST", "/me/export")
    door.work()

    assert omar.send("GET", "/me/export").status_code == 404
    assert omar.send("GET", "/me/export/file").status_code == 404
    assert door.browser().send("GET", "/me/export/file").status_code == 401
    assert download(mei).namelist()


def test_an_export_lies_where_media_never_serves(mei: Browser):
    assert export_key(7, 8).startswith("private/")


def test_asking_and_fetching_need_a_recent_proof(door: Door, mei: Browser):
    mei.send("POST", "/me/export")
    door.work()
    door.wait(minutes=16)

    assert mei.send("POST", "/me/export").json()["code"] == "proof_needed"
    assert mei.send("GET", "/me/export/file").json()["code"] == "proof_needed"
    assert mei.send("GET", "/session/proof").json()["code"] == "proof_needed"
    mei.send("PUT", "/session/proof", {"method": "password", "password": RIDDLE})
    assert mei.send("GET", "/session/proof").json()["proven_until"].startswith("2026-04-18T20:01")
    assert download(mei).namelist()


def test_asking_twice_is_asking_once_until_a_day_has_passed(door: Door, mei: Browser):
    first = mei.send("POST", "/me/export").json()["id"]
    assert mei.send("POST", "/me/export").json()["id"] == first
    door.work()
    assert mei.send("POST", "/me/export").json()["id"] == first
    door.wait(hours=25)
    mei.send("PUT", "/session/proof", {"method": "password", "password": RIDDLE})

    assert mei.send("POST", "/me/export").json()["id"] != first


def test_an_export_is_gone_after_a_week(door: Door, db: Database, blobs: FolderBlobs, mei: Browser):
    mei.send("POST", "/me/export")
    door.work()
    assert len(blobs.keys("private")) == 1
    door.wait(days=7)
    mei.send("PUT", "/session/proof", {"method": "password", "password": RIDDLE})

    assert mei.send("GET", "/me/export").json()["state"] == "expired"
    assert mei.send("GET", "/me/export/file").status_code == 404
    db.write_sync(stage_job, "accounts.prune")
    door.work()
    assert blobs.keys("private") == []
    assert mei.send("GET", "/me/export").json()["state"] == "expired"


def test_an_export_that_fails_says_so_and_can_be_asked_for_again(door: Door, mei: Browser):
    def broken(tx: Tx, account_id: int) -> list[Any]:
        raise RuntimeError("this part is broken")

    contribute("broken", rows=broken)
    mei.send("POST", "/me/export")
    for _ in range(3):
        door.work()
        door.wait(minutes=2)

    assert mei.send("GET", "/me/export").json()["state"] == "failed"
    assert mei.send("POST", "/me/export").json()["state"] == "queued"


def test_leaving_signs_out_everywhere_and_waits_a_week(door: Door, db: Database, mei: Browser):
    phone = door.browser()
    phone.sign_in()
    account_id = int(mei.me()["id"])
    program = door.program(mei.client.cookies["mh_session"])
    assert (program.is_in, phone.is_in) == (True, True)

    leaving = mei.send("POST", "/me/deletion")

    assert leaving.status_code == 202
    assert leaving.json()["erase_at"].startswith("2026-04-25T19:30")
    assert (mei.is_in, program.is_in, phone.is_in) == (False, False, False)
    assert [e.account_id for e in emitted(db, AccountLeaving)] == [account_id]
    assert len(emitted(db, DeviceRevoked)) == 2
    assert db.read_sync(find_by_handle, "mei_shoots") is None
    door.wait(days=6, hours=23)
    door.work()
    assert emitted(db, AccountDeleted) == []


def test_leaving_needs_a_recent_proof(door: Door, db: Database, mei: Browser):
    door.wait(minutes=16)

    assert mei.send("POST", "/me/deletion").json()["code"] == "proof_needed"
    assert mei.is_in
    assert emitted(db, AccountLeaving) == []


def test_signing_in_within_the_week_keeps_the_account(door: Door, db: Database, mei: Browser):
    mei.send("POST", "/me/deletion")
    door.wait(days=6)

    back = mei.sign_in_by_password(RIDDLE)

    assert back.json()["deletion_cancelled"]
    assert not door.browser().sign_in().json()["deletion_cancelled"]
    door.wait(days=2)
    door.work()
    assert mei.is_in
    assert len(emitted(db, AccountReturned)) == 1
    assert emitted(db, AccountDeleted) == []
    assert db.read_sync(find_by_handle, "mei_shoots").nickname == "Mei of the Noodles"


def test_who_leaves_comes_back_and_leaves_again_has_a_week_from_then(door: Door, db: Database, mei: Browser):
    mei.send("POST", "/me/deletion")
    door.wait(days=5)
    mei.sign_in()
    mei.send("POST", "/me/deletion")

    door.wait(days=3)
    door.work()
    assert emitted(db, AccountDeleted) == [], "the first date has passed, the second has not"
    door.wait(days=5)
    door.work()

    assert len(emitted(db, AccountDeleted)) == 1


def test_after_the_week_nothing_of_the_person_is_left(door: Door, db: Database, blobs: FolderBlobs, mei: Browser):
    """The whole database is searched for what Mei left in it."""
    phone = Authenticator()
    add_passkey(mei, phone, "Her telephone")
    put_avatar(mei, picture())
    add(mei, PHONE)
    mei.send("POST", "/me/export")
    mei.send("PATCH", "/me", {"bio": "I film noodles", "handle": "mei_films"})
    door.work()
    account_id = int(mei.me()["id"])
    mei.send("POST", "/me/deletion")
    door.browser().ask_for_code(MEI)
    door.wait(days=7)

    door.work()

    assert [e.account_id for e in emitted(db, AccountDeleted)] == [account_id]
    assert blobs.keys() == []
    everything = door.stored()
    for trace in (MEI, PHONE, "mei_films", "mei_shoots", "Noodles", "noodles", "1994-03-02", "telephone", "$argon2"):
        assert trace not in everything, trace
    assert db.read_sync(person_cards, [account_id]) == {}
    assert _tombstone(db, account_id) == ("deleted", None, "", "", None, None)


def _tombstone(db: Database, account_id: int) -> Any:
    kept = (account.c.state, account.c.handle, account.c.nickname, account.c.bio, account.c.avatar)
    query = sa.select(*kept, account.c.birth_date).where(account.c.id == account_id)
    return db.read_sync(lambda tx: tuple(tx.execute(query).one()))


def test_address_and_name_are_free_again(door: Door, mei: Browser):
    former_id = mei.me()["id"]
    mei.send("POST", "/me/deletion")
    assert door.browser().sign_up(MEI).json()["code"] == "address_taken"
    door.wait(days=7)
    door.work()

    newcomer = door.browser()

    assert newcomer.sign_up(MEI, handle="mei_shoots").status_code == 201
    assert newcomer.me()["id"] != former_id


def test_the_moves_of_an_account_are_kept_with_their_reasons(door: Door, db: Database, mei: Browser):
    account_id = int(mei.me()["id"])
    mei.send("POST", "/me/deletion")
    mei.sign_in()
    mei.send("POST", "/me/deletion")
    door.wait(days=7)
    door.work()

    def moves(tx: Tx) -> list[Any]:
        mine = account_move.c.account_id == account_id
        columns = (account_move.c.from_state, account_move.c.to_state, account_move.c.reason)
        return [tuple(row) for row in tx.execute(sa.select(*columns).where(mine).order_by(account_move.c.id))]

    assert db.read_sync(moves) == [
        ("active", "leaving", "asked to be deleted"),
        ("leaving", "active", "signed in again"),
        ("active", "leaving", "asked to be deleted"),
        ("leaving", "deleted", "the week was over"),
    ]


def test_erasing_again_after_a_crash_finishes_the_files(door: Door, db: Database, blobs: FolderBlobs, mei: Browser):
    put_avatar(mei, picture())
    account_id = int(mei.me()["id"])
    mei.send("POST", "/me/deletion")
    door.wait(days=7)
    db.write_sync(erase_account, account_id=account_id)
    assert blobs.keys() != [], "the worker died before the files went"

    door.work()

    assert blobs.keys() == []
    assert len(emitted(db, AccountDeleted)) == 1


def test_an_export_that_finishes_after_the_erasure_leaves_no_file(
    door: Door, db: Database, blobs: FolderBlobs, mei: Browser
):
    account_id = int(mei.me()["id"])

    def erased_meanwhile(tx: Tx, of: int) -> Iterator[Any]:
        def erase(tx: Tx) -> None:
            tx.execute(sa.update(account).where(account.c.id == account_id).values(state="leaving", erase_at=tx.now))
            erase_account(tx, account_id=account_id)

        db.write_sync(erase)
        yield from ()

    contribute("meanwhile", rows=erased_meanwhile)
    mei.send("POST", "/me/export")

    door.work()

    assert blobs.keys() == []
    assert db.read_sync(lambda tx: tx.scalars(sa.select(job_table.c.state))) == ["done"]


def test_a_deleted_account_cannot_be_entered_by_any_former_way(door: Door, mei: Browser):
    phone = Authenticator()
    add_passkey(mei, phone)
    token = mei.client.cookies["mh_session"]
    mei.send("POST", "/me/deletion")
    door.wait(days=7)
    door.work()
    stranger = door.browser()

    assert stranger.sign_in().json()["code"] == "no_account_yet"
    assert stranger.sign_in_by_password(RIDDLE).json()["code"] == "wrong_password"
    assert not door.program(token).is_in
    options = stranger.send("POST", "/passkeys/authentication/options").json()
    body = {"credential": phone.answer(options)}
    assert stranger.send("POST", "/passkeys/authentication/verification", body).json()["code"] == "passkey_refused"
