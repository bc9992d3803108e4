"""Stickers: choosing, keeping, making one from a photo, and what happens to bad ones."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

import miaohui.card_kinds
import miaohui.job_kinds  # noqa: F401
from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.cards import CardNotFound, make_card
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import Worker
from miaohui.people.accounts.actions.change_roles import grant_role
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.graph.actions.block_person import block_person
from miaohui.settings import Settings
from miaohui.talk.stickers.actions.keep_at_hand import note_use
from miaohui.talk.stickers.actions.make_sticker import MOST_OWN, make_sticker
from miaohui.talk.stickers.handlers import erase_own
from miaohui.talk.stickers.own_export import sticker_files_for_export, stickers_for_export
from miaohui.talk.stickers.packs import BUILT_IN, PACKS, artwork
from miaohui.talk.stickers.queries import RECENT
from miaohui.talk.stickers.tables import sticker, sticker_favourite, sticker_report
from tests.cast import Cast
from tests.house import House, Visitor


def photo(width: int = 900, height: int = 600) -> bytes:
    """A photo that says where it was taken."""
    file = BytesIO()
    tags = Image.Exif()
    tags[0x010F] = "Camera of Mei"
    tags.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (width, height), "#e2492f").save(file, "JPEG", exif=tags)
    return file.getvalue()


def made(who: Visitor, name: str = "糖画") -> dict[str, Any]:
    answer = who.send("POST", "/stickers", params={"name": name}, content=photo())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def picture(blobs: FolderBlobs, url: str) -> bytes:
    return b"".join(blobs.open(url.removeprefix("/media/")))


def files(blobs: FolderBlobs) -> list[str]:
    return list(blobs.keys())


def test_everybody_finds_packs_and_adds_or_puts_them_away(sticker_house: House, cast: Cast) -> None:
    mei = sticker_house.member(cast.mei)
    assert [pack["name"] for pack in mei.ok("GET", "/stickers")["packs"]] == ["At the fair", "Moods"]
    mei.ok("PUT", "/sticker-packs/4")
    mei.ok("PUT", "/sticker-packs/4")
    mei.ok("DELETE", "/sticker-packs/2")
    assert [pack["name"] for pack in mei.ok("GET", "/stickers")["packs"]] == ["At the fair", "Cats and friends"]
    listed = mei.ok("GET", "/sticker-packs")["items"]
    assert {pack["name"]: pack["taken"] for pack in listed} == {
        "At the fair": True, "Moods": False, "Something to eat": False, "Cats and friends": True, "Hands": False,
    }  # fmt: skip
    assert {pack["credit"] for pack in listed} == {"Drawings: OpenMoji, CC BY-SA 4.0"}
    assert mei.refused("PUT", "/sticker-packs/99") == (404, "not_found")
    assert len(sticker_house.member(cast.bo).ok("GET", "/stickers")["packs"]) == 2, "his choice is his own"


def test_every_drawing_is_there_and_no_other_file_is() -> None:
    assert len(BUILT_IN) == sum(len(pack.stickers) for pack in PACKS.values()) == 76
    assert all((artwork(one.code) or b"").startswith(b"<svg") for one in BUILT_IN.values())
    assert artwork("1F4A9") is None
    assert artwork("../__init__") is None


def test_numbers_never_change_their_drawing() -> None:
    assert {id_: BUILT_IN[id_].code for id_ in (1000, 1003, 2000, 4011, 5011)} == {
        1000: "1F3EE", 1003: "1F387", 2000: "1F600", 4011: "1F43C", 5011: "1F64C",
    }  # fmt: skip


def test_a_photo_becomes_a_small_picture_without_its_story(
    sticker_house: House, cast: Cast, blobs: FolderBlobs
) -> None:
    mei = sticker_house.member(cast.mei)
    one = made(mei, "  糖画   师傅 ")
    assert (one["name"], one["mine"], one["favourite"]) == ("糖画 师傅", True, False)
    content = picture(blobs, one["url"])
    image = Image.open(BytesIO(content))
    assert (image.format, image.size) == ("WEBP", (240, 160))
    assert dict(image.getexif()) == {}
    assert b"Mei" not in content
    assert [each["id"] for each in mei.ok("GET", "/stickers")["own"]] == [one["id"]]


@pytest.mark.parametrize("name", [" ", "x" * 25, "a\u202eb", "a\x00b"])
def test_names_that_nobody_can_read_are_refused_and_leave_no_file(
    sticker_house: House, cast: Cast, blobs: FolderBlobs, name: str
) -> None:
    mei = sticker_house.member(cast.mei)
    refused = mei.send("POST", "/stickers", params={"name": name}, content=photo())
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_sticker_name")
    assert files(blobs) == []


def test_what_is_no_picture_is_refused(sticker_house: House, cast: Cast) -> None:
    refused = sticker_house.member(cast.mei).send("POST", "/stickers", params={"name": "x"}, content=b"GIF89a")
    assert refused.json()["code"] == "unreadable_picture"


def test_there_is_room_for_a_hundred(sticker_house: House, cast: Cast, db: Database, blobs: FolderBlobs) -> None:
    for n in range(MOST_OWN):
        db.write_sync(make_sticker, maker_id=cast.mei, name=str(n), picture=f"stickers/1/{n}")
    refused = sticker_house.member(cast.mei).send("POST", "/stickers", params={"name": "x"}, content=photo())
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_stickers")
    assert files(blobs) == [], "the picture of the one too many is gone"


def test_somebody_elses_sticker_can_be_kept_until_it_is_removed(
    sticker_house: House, cast: Cast, blobs: FolderBlobs, db: Database
) -> None:
    mei, bo = sticker_house.member(cast.mei), sticker_house.member(cast.bo)
    one = made(mei)
    bo.ok("PUT", f"/stickers/{one['id']}/favourite")
    bo.ok("PUT", f"/stickers/{one['id']}/favourite")
    bo.ok("PUT", "/stickers/4011/favourite")
    assert {each["id"] for each in bo.ok("GET", "/stickers")["favourites"]} == {one["id"], "4011"}
    assert bo.refused("DELETE", f"/stickers/{one['id']}") == (404, "not_found")
    mei.ok("DELETE", f"/stickers/{one['id']}")
    assert [each["id"] for each in bo.ok("GET", "/stickers")["favourites"]] == ["4011"]
    Worker(db=db, blobs=blobs, settings=Settings()).run_due()
    assert files(blobs) == []
    bo.ok("DELETE", "/stickers/4011/favourite")
    assert bo.ok("GET", "/stickers")["favourites"] == []


def test_a_card_shows_it_to_whoever_may_meet_its_maker(sticker_house: House, cast: Cast, db: Database) -> None:
    one = made(sticker_house.member(cast.mei))
    shown = {"kind": "sticker", "ref": one["id"]}
    card = db.read_sync(make_card, **shown, viewer_id=cast.hao)
    assert (card.title, card.picture) == ("糖画", one["url"])
    assert db.read_sync(make_card, kind="sticker", ref="1000", viewer_id=cast.hao).picture == "/stickers/art/1F3EE.svg"
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.hao)
    for ref in (one["id"], "7", "no number"):
        with pytest.raises(CardNotFound):
            db.read_sync(make_card, kind="sticker", ref=ref, viewer_id=cast.hao)


def test_recent_ones_come_first_and_old_ones_go(
    sticker_house: House, cast: Cast, db: Database, clock: ManualClock
) -> None:
    ids = list(BUILT_IN)[: RECENT + 4]
    for id_ in [*ids, ids[5]]:
        clock.advance(timedelta(seconds=1))
        db.write_sync(note_use, account_id=cast.mei, sticker_id=id_)
    recent = [int(one["id"]) for one in sticker_house.member(cast.mei).ok("GET", "/stickers")["recent"]]
    assert recent == [ids[5], *[id_ for id_ in reversed(ids) if id_ != ids[5]][: RECENT - 1]]


def test_operators_see_what_is_reported_and_decide(
    sticker_house: House, cast: Cast, db: Database, blobs: FolderBlobs
) -> None:
    db.write_sync(grant_role, account_id=cast.lena, role="operator")
    mei, bo, lena = (sticker_house.member(who) for who in (cast.mei, cast.bo, cast.lena))
    bad, fine = made(mei, "bad"), made(mei, "fine")
    for one in (bad, fine):
        bo.ok("POST", f"/stickers/{one['id']}/report", {"reason": "Rude"})
        bo.ok("POST", f"/stickers/{one['id']}/report", {"reason": "Rude again"})
    assert mei.refused("POST", f"/stickers/{bad['id']}/report", {"reason": "x"}) == (404, "not_found")
    assert bo.refused("POST", "/stickers/1000/report", {"reason": "x"}) == (404, "not_found")
    assert mei.refused("GET", "/operator/stickers") == (403, "forbidden")
    listed = lena.ok("GET", "/operator/stickers")["items"]
    assert {(each["sticker"]["name"], each["reports"], each["maker"]["handle"]) for each in listed} == {
        ("bad", 1, "mei_fair"),
        ("fine", 1, "mei_fair"),
    }
    decision = {"remove": True, "reason": "Rude"}
    assert bo.refused("POST", f"/operator/stickers/{bad['id']}/decision", decision) == (403, "forbidden")
    lena.ok("POST", f"/operator/stickers/{bad['id']}/decision", decision)
    lena.ok("POST", f"/operator/stickers/{fine['id']}/decision", {"remove": False, "reason": "Harmless"})
    assert lena.ok("GET", "/operator/stickers")["items"] == []
    assert [each["name"] for each in mei.ok("GET", "/stickers")["own"]] == ["fine"]
    row = db.read_sync(lambda tx: tx.execute(sa.select(sticker).where(sticker.c.id == int(bad["id"]))).one())
    assert (row.state, row.removed_by, row.removal_reason, row.picture) == ("removed", cast.lena, "Rude", None)


def test_leaving_takes_ones_stickers_out_of_everybodys_hands(
    sticker_house: House, cast: Cast, db: Database, blobs: FolderBlobs
) -> None:
    mei, bo = sticker_house.member(cast.mei), sticker_house.member(cast.bo)
    one = made(mei)
    bo.ok("PUT", f"/stickers/{one['id']}/favourite")
    bo.ok("POST", f"/stickers/{one['id']}/report", {"reason": "x"})
    (told, kept) = db.read_sync(
        lambda tx: (list(stickers_for_export(tx, cast.mei)), list(stickers_for_export(tx, cast.bo)))
    )
    assert [(each.name, each.favourite) for each in told] == [("糖画", False)]
    assert [(each.id, each.favourite) for each in kept] == [(one["id"], True)]
    (file,) = db.read_sync(lambda tx: list(sticker_files_for_export(tx, cast.mei)))
    assert f"/media/{file.key}" == one["url"]
    db.write_sync(erase_own, AccountDeleted(account_id=cast.mei))
    Worker(db=db, blobs=blobs, settings=Settings()).run_due()
    assert files(blobs) == []
    for table in (sticker, sticker_favourite, sticker_report):
        assert db.read_sync(lambda tx, table=table: tx.scalar(sa.select(sa.func.count()).select_from(table))) == 0
