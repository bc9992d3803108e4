"""How a person appears: name, text, picture."""

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from miaohui.kit.blobs import FolderBlobs
from miaohui.kit.db import Database, Tx
from miaohui.kit.errors import Unauthenticated
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.accounts.actions.edit_profile import ProfileChanges, edit_profile
from miaohui.people.accounts.avatars import SIZES_PX, UnreadablePicture, draw_squares, store_avatar
from miaohui.people.accounts.events import ProfileChanged
from miaohui.people.accounts.queries import PersonCard, find_by_handle, person_cards
from tests.cast import Cast
from tests.emitted import emitted
from tests.people.accounts.door import Browser, Door


@pytest.fixture
def mei(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_up(handle="mei_shoots")
    return browser


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "red").save(file, kind, **options)
    return file.getvalue()


def phone_photo() -> bytes:
    """A photo that lies on its side and knows where it was taken."""
    image = Image.new("RGB", (400, 200), "white")
    image.paste((200, 0, 0), (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Lantern Phones Ltd"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"taken at home", quality=95)
    return file.getvalue()


def put_avatar(browser: Browser, content: bytes, kind: str = "image/jpeg") -> Any:
    return browser.client.put("/api/v1/me/avatar", content=content, headers={"Content-Type": kind})


def test_mei_changes_name_and_text_and_everybody_hears(mei: Browser, db: Database):
    before = mei.me()

    after = mei.send("PATCH", "/me", {"nickname": " Mei ", "bio": "Noodles\n\n\n\nand tea", "locale": "en"}).json()

    changed = {"nickname": "Mei", "bio": "Noodles\n\nand tea", "locale": "en"}
    assert after == before | changed
    assert mei.me() == after
    assert [e.account_id for e in emitted(db, ProfileChanged)] == [int(before["id"])]
    assert db.read_sync(find_by_handle, "mei_shoots").bio == "Noodles\n\nand tea"


def test_all_changes_or_none(mei: Browser, db: Database):
    before = mei.me()

    refused = mei.send("PATCH", "/me", {"nickname": "Mei", "handle": "admin"})

    assert refused.json()["code"] == "handle_reserved"
    assert mei.me() == before
    assert emitted(db, ProfileChanged) == []


def test_nothing_to_change_is_nothing_to_tell(mei: Browser, db: Database):
    before = mei.me()

    assert mei.send("PATCH", "/me", {}).json() == before
    assert mei.send("PATCH", "/me", {"handle": "mei_shoots"}).json() == before
    assert emitted(db, ProfileChanged) == []


def test_a_session_that_was_signed_out_meanwhile_changes_nothing(door: Door, db: Database, mei: Browser):
    """The route still remembers the session; the transaction knows better."""
    account_id, device_id = int(mei.me()["id"]), int(mei.devices()[0]["id"])
    mei.send("DELETE", "/session")

    with pytest.raises(Unauthenticated):
        db.write_sync(
            edit_profile, account_id=account_id, device_id=device_id, changes=ProfileChanges(nickname="Thief")
        )

    assert db.read_sync(person_cards, [account_id])[account_id].nickname == "阿梅"


def test_cards_come_in_one_query_and_without_whom_there_is_not(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    wanted = [cast.mei, cast.bo, cast.mei, 12345]
    queries: list[Any] = []
    run = Tx._run

    def noted(tx: Tx, *what: Any) -> Any:
        queries.append(what)
        return run(tx, *what)

    monkeypatch.setattr(Tx, "_run", noted)
    cards = db.read_sync(person_cards, wanted)

    assert cards[cast.mei] == PersonCard(id=cast.mei, handle="mei_fair", nickname="阿梅", avatar_url=None)
    assert set(cards) == {cast.mei, cast.bo}
    assert len(queries) == 1
    assert db.read_sync(person_cards, []) == {}


def test_a_picture_becomes_three_squares_without_place_and_camera(door: Door, mei: Browser, blobs: FolderBlobs):
    answer = put_avatar(mei, phone_photo())

    assert answer.status_code == 200
    address = answer.json()["avatar"]
    assert address.startswith(f"/media/avatars/{answer.json()['id']}/")
    key = address.removeprefix("/media/").removesuffix("-256.webp")
    for size_px in SIZES_PX:
        with blobs.open(f"{key}-{size_px}.webp") as file:
            content = file.read()
        square = Image.open(io.BytesIO(content))
        assert (square.format, square.size) == ("WEBP", (size_px, size_px))
        assert not square.getexif()
        assert "icc_profile" not in square.info
        for secret in (b"Lantern", b"Exif", b"taken at home", b"GPS"):
            assert secret not in content


def test_a_picture_stands_upright():
    square = Image.open(io.BytesIO(draw_squares(phone_photo())[96]))

    # Lying, its left half was red; turned upright (clockwise), red is on top.
    assert square.getpixel((48, 10))[1] < 80
    assert square.getpixel((48, 86))[1] > 200


def test_a_transparent_picture_lies_on_paper():
    square = Image.open(io.BytesIO(draw_squares(picture("PNG", mode="RGBA", size=(50, 50)))[96]))
    empty = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(empty, "PNG")

    assert square.mode == "RGB"
    ground = Image.open(io.BytesIO(draw_squares(empty.getvalue())[96])).convert("RGB").getpixel((48, 48))
    assert all(abs(found - paper) <= 3 for found, paper in zip(ground, (251, 247, 240), strict=True))


def test_a_profile_is_applied_and_left_behind():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for icc in (srgb, profile, b"garbage"):
        squares = draw_squares(picture("JPEG", icc_profile=icc))
        assert "icc_profile" not in Image.open(io.BytesIO(squares[512])).info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_kinds_of_pictures_that_we_read(kind: str):
    assert set(draw_squares(picture(kind))) == set(SIZES_PX)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + bytes(20),
        picture("BMP"),
        picture("TIFF"),
        picture(size=(20, 400)),
        picture()[:300],
    ],
    ids=["empty", "text", "svg", "stub", "bmp", "tiff", "sliver", "cut off"],
)
def test_what_is_no_picture_of_ours_is_refused(mei: Browser, blobs: FolderBlobs, content: bytes):
    answer = put_avatar(mei, content)

    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_picture")
    assert mei.me()["avatar"] is None
    assert blobs.keys() == []


def test_a_small_file_that_claims_a_huge_picture_is_refused_before_it_is_unpacked():
    bomb = picture("PNG", size=(12_000, 12_000), mode="1")
    assert len(bomb) < 100_000

    with pytest.raises(UnreadablePicture):
        draw_squares(bomb)


def test_eight_megabytes_are_the_end(mei: Browser):
    assert put_avatar(mei, bytes(8 * 1024**2 + 1)).status_code == 413


@settings(deadline=None)
@given(spot=st.floats(0, 1, exclude_max=True), content=st.binary(min_size=1, max_size=40))
def test_broken_pictures_are_refused_or_drawn(spot: float, content: bytes):
    for whole in (SMALL_PNG, SMALL_JPEG):
        start = int(spot * len(whole))
        broken = whole[:start] + content + whole[start + len(content) :]
        try:
            squares = draw_squares(broken)
        except UnreadablePicture:
            continue
        assert set(squares) == set(SIZES_PX)


SMALL_PNG = picture("PNG", size=(40, 40))
SMALL_JPEG = picture("JPEG", size=(40, 40))


def test_the_former_picture_goes_when_a_new_one_comes(door: Door, mei: Browser, blobs: FolderBlobs):
    first = put_avatar(mei, picture()).json()["avatar"]
    second = put_avatar(mei, picture("PNG"), "image/png").json()["avatar"]
    assert first != second

    door.work()

    kept = second.removeprefix("/media/").removesuffix("-256.webp")
    assert blobs.keys() == sorted(f"{kept}-{size_px}.webp" for size_px in SIZES_PX)
    assert mei.send("DELETE", "/me/avatar").json()["avatar"] is None
    door.work()
    assert blobs.keys() == []


def test_the_demo_and_operators_create_accounts_with_pictures(db: Database, blobs: FolderBlobs):
    avatar = store_avatar(blobs, account_id=7, picture=picture())

    person_id = db.write_sync(
        create_account, nickname="Lena", birth_date=date(1990, 1, 1), handle="lena_bakes", bio="Bread", avatar=avatar
    )

    profile = db.read_sync(find_by_handle, "lena_bakes")
    assert (profile.id, profile.bio, profile.avatar_url) == (person_id, "Bread", f"/media/{avatar}-256.webp")
