"""The pages of shaking: the lantern, one's venues, and what a venue's screen shows."""

from collections.abc import Sequence
from io import BytesIO
from typing import Annotated, Any

import segno
from litestar import MediaType, Request, Response, get
from litestar.params import Parameter

from miaohui.kit.clock import Clock
from miaohui.kit.db import Database
from miaohui.kit.http import Member, page
from miaohui.kit.ids import parse_id
from miaohui.kit.signing import Signer
from miaohui.people.shake.access import access_own_venue
from miaohui.people.shake.queries import venues_of
from miaohui.people.shake.service import Shaking
from miaohui.people.shake.venue_codes import venue_code
from miaohui.settings import Settings

AnyRequest = Request[Any, Any, Any]
Code = Annotated[str, Parameter(max_length=60)]


@get("/shake", media_type=MediaType.HTML, include_in_schema=False)
async def shake_page(request: AnyRequest, member: Member, shaking: Shaking, venue: Code = "") -> Response[bytes]:
    """Answer with the lantern; a venue's code in the address makes the shake one at that venue."""
    state = await shaking.state(person_id=member.account_id)
    return page(request, "shake/shake.html", state=state, venue=venue, minor=member.is_minor)


@get("/shake/venues", media_type=MediaType.HTML, include_in_schema=False)
async def venues_page(request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with one's own venues."""
    return page(request, "shake/venues.html", venues=await db.read(venues_of, member.account_id))


@get("/shake/venues/{venue_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def venue_screen(request: AnyRequest, member: Member, db: Database, venue_id: str) -> Response[bytes]:
    """Answer with what a venue's screen shows; its code is fetched anew every half minute."""
    venue = await db.read(access_own_venue, parse_id(venue_id), person_id=member.account_id)
    return page(request, "shake/venue_screen.html", venue=venue)


@get("/shake/venues/{venue_id:str}/qr.svg", include_in_schema=False)
async def venue_qr_code(
    *, member: Member, db: Database, settings: Settings, signer: Signer, clock: Clock, venue_id: str
) -> Response[bytes]:
    """Answer with the QR code of a venue for this minute."""
    venue = await db.read(access_own_venue, parse_id(venue_id), person_id=member.account_id)
    code = venue_code(signer, venue.id, now=clock.now())
    drawn = BytesIO()
    segno.make(f"{settings.base_url}/shake?venue={code}", error="m").save(drawn, kind="svg", scale=8, border=2)
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


route_handlers: Sequence[Any] = (shake_page, venues_page, venue_screen, venue_qr_code)
