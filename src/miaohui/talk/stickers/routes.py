"""The JSON API of stickers: translate, make one domain call, translate back."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import Parameter

from miaohui.kit.blobs import Blobs
from miaohui.kit.db import Database
from miaohui.kit.errors import Refusal
from miaohui.kit.http.viewer import Member
from miaohui.kit.ids import Id, parse_id
from miaohui.kit.pictures import MOST_PICTURE_BYTES
from miaohui.kit.rate_limits import RateLimits
from miaohui.talk.stickers.actions.keep_at_hand import choose_pack, keep_sticker, let_go_of_sticker
from miaohui.talk.stickers.actions.make_sticker import clean_name, make_sticker
from miaohui.talk.stickers.actions.remove_sticker import remove_own_sticker
from miaohui.talk.stickers.actions.report_sticker import decide_sticker, report_sticker
from miaohui.talk.stickers.answers import (
    Packs,
    Picker,
    ReportedStickers,
    StickerAnswer,
    read_packs,
    read_picker,
    read_reported,
    read_sticker,
)
from miaohui.talk.stickers.pictures import store_sticker
from miaohui.talk.stickers.queries import shown_of

Name = Annotated[str, Parameter(max_length=80, description="what it shows, for those who do not see it; needed")]
Limit = Annotated[int, Parameter(ge=1, le=50, description="stickers at most")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_TAG = ["stickers"]
_MADE_AN_HOUR = 30
_REPORTS_AN_HOUR = 30


class StickerReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with it."""

    reason: Words


class StickerDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the sticker goes, and why; otherwise it stands, and the reports are done with."""

    remove: bool
    reason: Words


@get("/api/v1/stickers", tags=_TAG)
async def show_picker(*, member: Member, db: Database) -> Picker:
    """Return what one chooses from: recent, kept and own stickers, and the packs at hand."""
    return await db.read(read_picker, account_id=member.account_id, locale=member.locale)


@get("/api/v1/sticker-packs", tags=_TAG)
async def list_packs(*, member: Member, db: Database) -> Packs:
    """List all packs."""
    return await db.read(read_packs, account_id=member.account_id, locale=member.locale)


@put("/api/v1/sticker-packs/{pack_id:str}", tags=_TAG)
async def take_pack(*, pack_id: Id, member: Member, db: Database) -> None:
    """Add a pack to one's own."""
    await db.write(choose_pack, account_id=member.account_id, pack_id=parse_id(pack_id), taken=True)


@delete("/api/v1/sticker-packs/{pack_id:str}", tags=_TAG)
async def put_pack_away(*, pack_id: Id, member: Member, db: Database) -> None:
    """Put a pack away."""
    await db.write(choose_pack, account_id=member.account_id, pack_id=parse_id(pack_id), taken=False)


@put("/api/v1/stickers/{sticker_id:str}/favourite", tags=_TAG)
async def keep(*, sticker_id: Id, member: Member, db: Database) -> None:
    """Keep a sticker among one's favourites."""
    await db.write(keep_sticker, account_id=member.account_id, sticker_id=parse_id(sticker_id))


@delete("/api/v1/stickers/{sticker_id:str}/favourite", tags=_TAG)
async def let_go(*, sticker_id: Id, member: Member, db: Database) -> None:
    """Keep a sticker no more."""
    await db.write(let_go_of_sticker, account_id=member.account_id, sticker_id=parse_id(sticker_id))


@post("/api/v1/stickers", request_max_body_size=MOST_PICTURE_BYTES, tags=_TAG)
async def make(
    *,
    request: Request[Any, Any, Any],
    member: Member,
    db: Database,
    blobs: Blobs,
    limiter: RateLimits,
    name: Name = "",
) -> StickerAnswer:
    """Make a sticker of the picture in the body (JPEG, PNG, WebP or GIF as they are, no form, up to 8 MB)."""
    limiter.check("stickers.make", member.account_id, _MADE_AN_HOUR, 3600)
    clean_name(name)
    photo = await request.body()
    picture = await asyncio.to_thread(partial(store_sticker, blobs, maker_id=member.account_id, photo=photo))
    try:
        made = await db.write(make_sticker, maker_id=member.account_id, name=name, picture=picture)
    except Refusal:
        await asyncio.to_thread(blobs.delete, f"{picture}.webp")
        raise
    return await db.read(read_sticker, sticker=shown_of(made), viewer_id=member.account_id, locale=member.locale)


@delete("/api/v1/stickers/{sticker_id:str}", tags=_TAG)
async def remove(*, sticker_id: Id, member: Member, db: Database) -> None:
    """Remove a sticker of one's own, from every chat in which it was sent too."""
    await db.write(remove_own_sticker, maker_id=member.account_id, sticker_id=parse_id(sticker_id))


@post("/api/v1/stickers/{sticker_id:str}/report", status_code=204, tags=_TAG)
async def report(*, sticker_id: Id, data: StickerReport, member: Member, db: Database, limiter: RateLimits) -> None:
    """Report a sticker that somebody made."""
    limiter.check("stickers.report", member.account_id, _REPORTS_AN_HOUR, 3600)
    await db.write(report_sticker, sticker_id=parse_id(sticker_id), reporter_id=member.account_id, reason=data.reason)


@get("/api/v1/operator/stickers", tags=["operators"])
async def list_reported(*, member: Member, db: Database, limit: Limit = 20) -> ReportedStickers:
    """List the stickers that people have reported."""
    return await db.read(read_reported, by_id=member.account_id, locale=member.locale, limit=limit)


@post("/api/v1/operator/stickers/{sticker_id:str}/decision", status_code=204, tags=["operators"])
async def decide(*, sticker_id: Id, data: StickerDecision, member: Member, db: Database) -> None:
    """Remove a reported sticker, or let it stand."""
    await db.write(
        decide_sticker,
        sticker_id=parse_id(sticker_id),
        by_id=member.account_id,
        remove=data.remove,
        reason=data.reason,
    )


route_handlers: Sequence[Any] = (
    show_picker,
    list_packs,
    take_pack,
    put_pack_away,
    keep,
    let_go,
    make,
    remove,
    report,
    list_reported,
    decide,
)
